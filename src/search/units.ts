/** What the search changes as one: activation quantizers that share a threshold, and what int16 on them costs. */
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import { elementCount } from '../ir/tensor.ts'
import { activationReaders } from '../quantize/calibrated.ts'
import { Groups } from '../quantize/groups.ts'
import { codesFor, type Levels, type QuantizationPlan } from '../quantize/plan.ts'
import type { QuantizedState } from './state.ts'

/** Quantizers with one scale. */
export interface SharingUnit {
  /** Tensors in topological order; the first one names the unit. */
  tensors: readonly string[]
  /** Elements of all of them. */
  elements: number
  /** The threshold is known without data. */
  isFixed: boolean
  /** Every operator that reads them takes int16. */
  takesInt16: boolean
}

/** Units in topological order. Branches of a Concat belong together while they share its scale and zero point. */
export function sharingUnits(
  { model, plan, calibration }: QuantizedState,
  takesInt16: (node: Node) => boolean,
): SharingUnit[] {
  const groups = new Groups()
  for (const quantizer of plan.quantizers.values()) groups.join(quantizer.group, quantizer.tensor)
  for (const concat of plan.concats) {
    const output = concat.outputs[0]
    for (const input of concat.inputs) {
      const isShared =
        calibration.thresholds.get(input) === calibration.thresholds.get(output) &&
        calibration.levels.get(input) === calibration.levels.get(output)
      if (plan.quantizers.has(input) && plan.quantizers.has(output) && isShared) groups.join(output, input)
    }
  }
  const members = new Map<string, string[]>()
  for (const tensor of plan.quantizers.keys()) {
    const root = groups.find(tensor)
    members.set(root, [...(members.get(root) ?? []), tensor])
  }
  const readers = activationReaders(model.graph, plan)
  return [...members.values()].map((tensors) => ({
    tensors,
    elements: tensors.reduce((sum, tensor) => sum + elementsOf(model.graph, tensor), 0),
    isFixed: tensors.some((tensor) => plan.quantizers.get(tensor)!.fixed !== undefined),
    takesInt16: tensors.every((tensor) => (readers.get(tensor) ?? []).every(({ reader }) => takesInt16(reader))),
  }))
}

function elementsOf(graph: Graph, tensor: string): number {
  return elementCount(graph.shape(tensor) ?? [])
}

/** Shares of int16 among a network's activations. */
export interface Int16Shares {
  /** Of the distinct quantizers. */
  quantizers: number
  /** Of the elements. */
  elements: number
  /** Number of quantizers in int16, and of all. */
  count: number
  total: number
}

export function int16Shares(units: readonly SharingUnit[], plan: QuantizationPlan): Int16Shares {
  const isWide = (unit: SharingUnit): boolean => unit.tensors.some((tensor) => levelsOf(plan, tensor) === 32767)
  const wide = units.filter(isWide)
  const sum = (list: readonly SharingUnit[]): number => list.reduce((total, unit) => total + unit.elements, 0)
  return {
    quantizers: wide.length / Math.max(1, units.length),
    elements: sum(wide) / Math.max(1, sum(units)),
    count: wide.length,
    total: units.length,
  }
}

function levelsOf(plan: QuantizationPlan, tensor: string): Levels {
  return plan.quantizers.get(tensor)!.levels
}

/** The plan with other codes for some tensors. */
export function withLevels(plan: QuantizationPlan, changes: ReadonlyMap<string, Levels>): QuantizationPlan {
  const quantizers = new Map(plan.quantizers)
  for (const [tensor, levels] of changes) quantizers.set(tensor, { ...quantizers.get(tensor)!, levels })
  return { ...plan, quantizers }
}

/** The state with other thresholds and codes; weights stay what they are, and int16 counts as what it is. */
export function withQuantizers(
  state: QuantizedState,
  thresholds: ReadonlyMap<string, number>,
  levels: ReadonlyMap<string, Levels> = new Map<string, Levels>(),
): QuantizedState {
  const plan = levels.size === 0 ? state.plan : withLevels(state.plan, levels)
  const { model, reference, calibration } = state
  return {
    model,
    reference,
    plan,
    calibration: {
      ...calibration,
      thresholds: new Map([...calibration.thresholds, ...thresholds]),
      levels: new Map([...calibration.levels, ...levels]),
    },
  }
}

/** The state with one threshold for a unit; centred codes follow it. */
export function withThreshold(state: QuantizedState, unit: SharingUnit, threshold: number): QuantizedState {
  const levels = new Map(
    unit.tensors.map((tensor) => [tensor, codesFor(state.plan.quantizers.get(tensor)!, threshold)]),
  )
  return withQuantizers(state, new Map(unit.tensors.map((tensor) => [tensor, threshold])), levels)
}
