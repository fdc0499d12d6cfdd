/**
 * Prove that the engine computes an emitted QDQ graph as integer arithmetic says.
 *
 * Every quantized unit is fed the codes that the engine computed for its inputs, so that a difference does not propagate, and
 * its output codes are compared element by element. Conv, Gemm and MatMul must be equal (unless something else reads their
 * float result, too, so that the engine computes it in float); elsewhere one step is allowed where the exact value lies on a
 * rounding boundary; float results of tail Convs may differ by 1e-5 of their range.
 */
import { cloneModel, type Model } from '../ir/model.ts'
import { Tensor } from '../ir/tensor.ts'
import { extractModel } from '../ir/extract.ts'
import { distanceFromTie, type ElementFunction, toCode } from './kernel.ts'
import { KERNELS } from './kernels/index.ts'
import { findUnits, type Unit } from './unit.ts'

/** Elements compared per unit in a normal build. */
const SAMPLES = 64
const TAIL_TOLERANCE = 1e-5
/** A pre-rounding value this close to a boundary (in steps) may fall either way in float32. */
const TIE = 2e-3

export interface NodeVerification {
  node: string
  opType: string
  compared: number
  differing: number
  /** Values that have no result, such as 0 / 0; whatever the engine makes of them is not judged. */
  undefined: number
  /** Largest difference in steps; for a tail as share of its range. */
  largest: number
  ok: boolean
}

export interface VerificationReport {
  ok: boolean
  nodes: NodeVerification[]
  summary: string
}

export interface VerifyOptions {
  /** Runs a model at the level it is meant for, fed with the sample. */
  run(model: Model, feeds: ReadonlyMap<string, Tensor>, fetches: readonly string[]): Promise<Map<string, Tensor>>
  /** Every element instead of a sample of each unit. */
  full: boolean
  onProgress(done: number, total: number): void
}

/** Verify all units of a model on one sample. */
export async function verifyEmitted(
  model: Model,
  feeds: ReadonlyMap<string, Tensor>,
  options: VerifyOptions,
): Promise<VerificationReport> {
  const units = findUnits(model.graph)
  const computed = wantedValues(units).filter((name) => !model.graph.isInput(name))
  const values = await options.run(withCodes(model, units), feeds, computed)
  for (const [name, tensor] of feeds) values.set(name, tensor)
  const nodes: NodeVerification[] = []
  for (const [done, unit] of units.entries()) {
    const kernel = KERNELS[unit.node.opType]?.(unit, { graph: model.graph, values })
    const element = kernel ?? (await floatElements(model, unit, values, options))
    if (element) nodes.push(compareUnit(unit, values.get(unit.result)!, element, kernel !== undefined, options.full))
    options.onProgress(done + 1, units.length)
  }
  const failed = nodes.filter((node) => !node.ok)
  const compared = nodes.reduce((sum, node) => sum + node.compared, 0)
  const ties = nodes.reduce((sum, node) => sum + node.differing, 0)
  const unjudged = nodes.reduce((sum, node) => sum + node.undefined, 0)
  const note = unjudged > 0 ? `, ${unjudged} values without a result such as 0 / 0` : ''
  const lines = failed
    .slice(0, 8)
    .map(
      (node) => `${node.opType} '${node.node}': ${node.differing} of ${node.compared} differ, by up to ${node.largest}`,
    )
  const summary =
    failed.length === 0
      ? `integer arithmetic proven on ${nodes.length} operators (${compared} values, ${ties} rounding ties${note})`
      : lines.join('\n')
  return { ok: failed.length === 0, nodes, summary }
}

function wantedValues(units: readonly Unit[]): string[] {
  return [
    ...new Set(units.flatMap((unit) => [unit.result, ...unit.floats, ...unit.inputs.map((input) => input.codes)])),
  ]
}

/** The model with the integer tensors as additional outputs: they exist in the fused graph, so fusion stays as it is. */
function withCodes(model: Model, units: readonly Unit[]): Model {
  const copy = cloneModel(model)
  for (const name of wantedValues(units)) {
    const type = model.graph.type(name)!
    if (!copy.graph.isOutput(name) && !copy.graph.isInput(name)) copy.graph.outputs.push({ name, ...type })
  }
  return copy
}

/** Operators without a kernel: the one float node on the dequantized inputs. */
async function floatElements(
  model: Model,
  unit: Unit,
  values: ReadonlyMap<string, Tensor>,
  options: VerifyOptions,
): Promise<ElementFunction | undefined> {
  const { output, node, value: fetched } = unit
  const feeds = new Map(unit.floats.map((value) => [value, values.get(value)!]))
  const weights = [unit.weight, unit.bias].flatMap((constant) => (constant ? [constant] : []))
  for (const input of unit.inputs) {
    const codes = values.get(input.codes)!
    const real = Float32Array.from(codes.data as ArrayLike<number>, (code) => (code - input.zeroPoint) * input.scale)
    feeds.set(node.inputs[input.port], Tensor.float32(codes.shape, real))
  }
  const constants = node.inputs.filter((value) => model.graph.producer(value) && !feeds.has(value))
  const nodes = [...constants.map((value) => model.graph.producer(value)!), node]
  if (weights.length !== constants.length) return undefined
  const part = extractModel(model, nodes, [...feeds.keys()], [fetched])
  const result = (await options.run(part, feeds, [fetched])).get(fetched)!.floats()
  return (flat) => (output ? result[flat] / output.scale : result[flat])
}

/** Operators whose result must be equal to the last code, where the engine runs them in integers. */
const EXACT = new Set(['Conv', 'Gemm', 'MatMul'])

function compareUnit(
  unit: Unit,
  actual: Tensor,
  element: ElementFunction,
  integer: boolean,
  full: boolean,
): NodeVerification {
  const { node, output } = unit
  const data = actual.data as ArrayLike<number>
  const indices = full ? undefined : sampleIndices(data.length)
  const count = indices?.length ?? data.length
  let range = 1e-12
  if (!output) for (let i = 0; i < count; i++) range = Math.max(range, Math.abs(data[indices?.[i] ?? i]))
  let differing = 0
  let unjudged = 0
  let largest = 0
  let ok = true
  for (let i = 0; i < count; i++) {
    const flat = indices?.[i] ?? i
    const value = element(flat)
    if (Number.isNaN(value)) {
      unjudged++
      continue
    }
    const difference = output ? Math.abs(toCode(value, output) - data[flat]) : Math.abs(value - data[flat]) / range
    if (output ? difference === 0 : difference <= TAIL_TOLERANCE) continue
    differing++
    largest = Math.max(largest, difference)
    const exact = integer && unit.fusible && EXACT.has(node.opType)
    if (!output || exact || difference > 1 || distanceFromTie(value) > TIE * Math.max(1, Math.abs(value) / 128))
      ok = false
  }
  return { node: node.name, opType: node.opType, compared: count, differing, undefined: unjudged, largest, ok }
}

/** The same positions on every run. */
function sampleIndices(length: number): number[] {
  if (length <= SAMPLES) return Array.from({ length }, (_, i) => i)
  let state = length >>> 0
  return Array.from({ length: SAMPLES }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * length)
  })
}
