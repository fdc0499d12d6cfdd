/** What can be done about each place of a calibrated model, the most promising first. */
import type { Statistics } from '../calibrate/collect.ts'
import type { TensorMethod } from '../calibrate/methods/index.ts'
import type { Adjustment } from '../config/types.ts'
import type { Model } from '../ir/model.ts'
import type { Node } from '../ir/node.ts'
import { inferTypes } from '../ops/infer.ts'
import { activationReaders, readCalibration } from '../quantize/calibrated.ts'
import type { Levels, QuantizationPlan } from '../quantize/plan.ts'
import { nodeCost } from '../search/cuts.ts'
import type { QuantizedState } from '../search/state.ts'
import { unitMaximum, unitThreshold } from '../search/thresholds.ts'
import { type Int16Shares, int16Shares, type SharingUnit, sharingUnits, withLevels } from '../search/units.ts'
import { readFacts } from '../stages/artefacts.ts'
import { planGraph } from '../stages/plan.ts'
import type { SensitivityRow } from '../stages/sensitivity.ts'
import { takesInt16 } from '../targets/int16.ts'
import type { TrialCost } from './checkpoint.ts'
import type { Changes } from './climb.ts'
import type { Remedy } from './remedy.ts'

/** A calibrated model as its units see it. */
export interface TunedNetwork {
  state: QuantizedState
  units: readonly SharingUnit[]
}

export function openNetwork(calibrated: Model): TunedNetwork {
  const { march, inputs, cpuNodes, afterOnly } = readFacts(calibrated)!
  const { model, calibration } = readCalibration(calibrated)
  inferTypes(model.graph)
  const levels = (tensor: string): Levels => calibration.levels.get(tensor) ?? 127
  const { plan } = planGraph(model.graph, march, inputs, levels, cpuNodes, new Set(afterOnly))
  const state = { model, reference: model, plan, calibration }
  return { state, units: sharingUnits(state, (node) => takesInt16(march, node)) }
}

/** Methods for another threshold: the least rounding and clipping together, and no clipping at all. */
const OTHER_THRESHOLDS: readonly TensorMethod[] = [{ name: 'mse' }, { name: 'max' }]
/** Thresholds closer together than this factor are one. */
const DISTINCT = 1.03
/** Remedies of one kind that are tried. */
export const MOST_TRIED = 63
const MOST_ON_CPU = 15

/** Other thresholds, by the error that each tensor alone causes. They cost nothing. */
export function thresholdRemedies(
  network: TunedNetwork,
  statistics: Statistics,
  rows: readonly SensitivityRow[],
): Remedy[] {
  const { plan, calibration } = network.state
  const open = network.units.filter((unit) => !unit.isFixed && !isWide(plan, unit))
  const remedies = byGain(open, (unit) => errorOf(unit, rows)).map((unit) => {
    const known = [calibration.thresholds.get(unit.tensors[0])!]
    for (const method of OTHER_THRESHOLDS) {
      const threshold = rounded(unitThreshold(unit, plan, statistics, method) ?? 0)
      const isNew = known.every((other) => Math.max(threshold / other, other / threshold) > DISTINCT)
      if (threshold > 0 && isNew) known.push(threshold)
    }
    const variants = known.slice(1).map((threshold) => changesOfUnit(unit, { threshold, bits: 8 }))
    return { kind: 'threshold' as const, name: unit.tensors[0], variants }
  })
  return remedies.filter(({ variants }) => variants.length > 0).slice(0, MOST_TRIED)
}

/** int16, by the error that each tensor alone causes against the work of the operators that read it: those get slower. */
export function int16Remedies(
  network: TunedNetwork,
  statistics: Statistics,
  rows: readonly SensitivityRow[],
): Remedy[] {
  const { model, plan } = network.state
  const readers = activationReaders(model.graph, plan)
  const work = workOf(network)
  const costOf = (unit: SharingUnit): number =>
    1 / network.units.length +
    sum(unit.tensors.flatMap((tensor) => (readers.get(tensor) ?? []).map(({ reader }) => work(reader))))
  const open = network.units.filter((unit) => unit.takesInt16 && !isWide(plan, unit))
  return byGain(open, (unit) => errorOf(unit, rows) / costOf(unit)).flatMap((unit): Remedy[] => {
    const maximum = unitMaximum(unit, plan, statistics)
    if (maximum === undefined) return []
    const variants = [changesOfUnit(unit, { threshold: rounded(maximum), bits: 16 })]
    return [{ kind: 'int16', name: unit.tensors[0], variants }]
  })
}

/** Nodes in float on the CPU, by the error that each alone causes (weights too) against its work and a border of its own. */
export function cpuRemedies(network: TunedNetwork, rows: readonly SensitivityRow[]): Remedy[] {
  const { model, plan } = network.state
  const work = workOf(network)
  const nodes = new Map(model.graph.nodes.map((node) => [node.name, node]))
  const open = rows.filter(({ name }) => nodes.has(name) && plan.units.has(nodes.get(name)!))
  const ranked = byGain(open, ({ name, error }) => error / (1 / plan.units.size + work(nodes.get(name)!)))
  return ranked
    .slice(0, MOST_ON_CPU)
    .map(({ name }) => ({ kind: 'cpu', name, variants: [new Map([[name, 'CPU' as const]])] }))
}

/** Shares of int16 with changes. */
export function sharesWith({ state, units }: TunedNetwork, changes: Changes): Int16Shares {
  const wide = [...changes].filter(([, change]) => change !== 'CPU' && change.bits === 16)
  return int16Shares(units, withLevels(state.plan, new Map(wide.map(([tensor]) => [tensor, 32767]))))
}

/** What changes cost. */
export function costWith(network: TunedNetwork, changes: Changes): TrialCost {
  const { model, plan } = network.state
  const readers = activationReaders(model.graph, plan)
  const work = workOf(network)
  const slower = new Set<Node>()
  for (const [tensor, change] of changes) {
    if (change === 'CPU' || change.bits !== 16) continue
    for (const { reader } of readers.get(tensor) ?? []) slower.add(reader)
  }
  const onCpu = model.graph.nodes.filter(({ name }) => changes.get(name) === 'CPU')
  return { int16: sum([...slower].filter((node) => !onCpu.includes(node)).map(work)), cpu: sum(onCpu.map(work)) }
}

/** Share of the network's work that a node does. */
function workOf({ state }: TunedNetwork): (node: Node) => number {
  const { graph } = state.model
  const total = sum(graph.nodes.map((node) => nodeCost(graph, node)))
  return (node) => nodeCost(graph, node) / total
}

/** As many digits as a person wants to read in a YAML; trials use the same number. */
function rounded(threshold: number): number {
  return Number(threshold.toPrecision(6))
}

function changesOfUnit({ tensors }: SharingUnit, change: Adjustment): Map<string, Adjustment> {
  return new Map(tensors.map((tensor) => [tensor, change]))
}

function errorOf({ tensors }: SharingUnit, rows: readonly SensitivityRow[]): number {
  return Math.max(
    0,
    ...rows.filter(({ tensor }) => tensor !== undefined && tensors.includes(tensor)).map(({ error }) => error),
  )
}

function isWide(plan: QuantizationPlan, { tensors }: SharingUnit): boolean {
  return tensors.some((tensor) => plan.quantizers.get(tensor)!.levels === 32767)
}

function byGain<T>(items: readonly T[], gain: (item: T) => number): T[] {
  const gains = new Map(items.map((item) => [item, gain(item)]))
  return items.toSorted((a, b) => gains.get(b)! - gains.get(a)!)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
