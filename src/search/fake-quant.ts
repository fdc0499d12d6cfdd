/**
 * The fake-quantized form of a part of a network whose activation quantizers are fed at run time.
 *
 *     y = round_half_even(clip(x, low s, high s) / s) * s       s, low s, high s: elements of graph inputs
 *
 * One session therefore evaluates any assignment of thresholds and bits. Clip, QuantizeLinear and DequantizeLinear of int16 compute
 * what HzCalibration computes, with 20 bytes of memory traffic per element where Div, Round, Clip, Mul have 32; weights are
 * fake-quantized here, once.
 */
import { Graph, usedValues, type ValueInfo } from '../ir/graph.ts'
import type { Model } from '../ir/model.ts'
import type { Node } from '../ir/node.ts'
import { int } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { removeUnreadConstants } from '../ir/unread.ts'
import { activationReaders } from '../quantize/calibrated.ts'
import { lowestCode, scaleOf } from '../quantize/plan.ts'
import { dequantizeWeight, quantizeWeight, weightScales } from '../quantize/weights.ts'
import type { QuantizedState } from './state.ts'

/** Names of the inputs that carry the quantizers: float32 [number of quantizers]. */
const SCALES = 'openmapper_scales'
const LOWS = 'openmapper_lows'
const HIGHS = 'openmapper_highs'
const ZERO = 'openmapper_zero_point'

/** A part of a network in fake-quantized form. */
export interface FakeQuantPart {
  model: Model
  /** Tensors whose quantizers the part applies, in the order of the fed elements. */
  quantized: string[]
}

/**
 * Build the part that computes `outputs` from `inputs`.
 *
 * @param nodes nodes of the state's graph, in topological order
 */
export function fakeQuantPart(
  state: QuantizedState,
  nodes: readonly Node[],
  inputs: readonly string[],
  outputs: readonly string[],
): FakeQuantPart {
  const { model, plan, calibration } = state
  const typed = (name: string): ValueInfo => {
    const type = model.graph.type(name)
    if (!type) throw new Error(`no type known for value '${name}'`)
    return { name, dtype: type.dtype, shape: type.shape }
  }
  const graph = new Graph(`${model.graph.name}_fake`, inputs.map(typed), outputs.map(typed))
  const copies = new Map(nodes.map((node) => [node, graph.addNode(node.clone())]))
  for (const node of nodes) {
    for (const value of usedValues(node)) {
      const constant = model.graph.constant(value)
      if (constant) graph.setConstant(value, constant)
    }
  }
  const quantized: string[] = []
  const elements: Record<string, string[]> = { [SCALES]: [], [LOWS]: [], [HIGHS]: [] }
  const quantizers = isFloatPart(state, nodes) ? [] : activationReaders(model.graph, plan)
  for (const [tensor, readers] of quantizers) {
    const here = readers.filter(({ reader }) => copies.has(reader))
    if (here.length === 0) continue
    const k = quantized.push(tensor) - 1
    for (const name of Object.keys(elements)) elements[name].push(`${name}_${k}`)
    const output = fakeQuantize(graph, tensor, k)
    for (const { reader, port } of here) graph.setInput(copies.get(reader)!, port, output)
  }
  for (const [name, values] of Object.entries(elements)) feedElements(graph, name, values)
  for (const unit of plan.weighted) {
    const copy = copies.get(unit.node)
    if (!copy) continue
    const weight = fakeWeight(model.graph.constant(unit.weight)!, unit.axis, calibration.weights.get(unit.node.name)!)
    graph.setInput(copy, 1, graph.setConstant(graph.freshName(`${unit.weight}_fake`), weight))
  }
  removeUnreadConstants(graph)
  graph.sort()
  return { model: { ...model, graph, metadata: new Map() }, quantized }
}

/** A part that runs without its quantizers: all of them are in int16, and the state says that this is as good as float. */
export function isFloatPart({ plan, int16AsFloat }: QuantizedState, nodes: readonly Node[]): boolean {
  if (!int16AsFloat) return false
  return nodes.every(({ inputs }) => inputs.every((input) => (plan.quantizers.get(input)?.levels ?? 32767) === 32767))
}

/** What a part is fed beside its values. */
export function quantizerFeeds(part: FakeQuantPart, { plan, calibration }: QuantizedState): Map<string, Tensor> {
  const count = part.quantized.length
  const [scales, lows, highs] = [0, 0, 0].map(() => new Float32Array(count))
  for (const [k, tensor] of part.quantized.entries()) {
    const quantizer = plan.quantizers.get(tensor)!
    scales[k] = scaleOf(calibration.thresholds.get(tensor)!, quantizer.levels)
    lows[k] = lowestCode(quantizer) * scales[k]
    highs[k] = quantizer.levels * scales[k]
  }
  if (count === 0) return new Map()
  const named = (name: string, values: Float32Array): [string, Tensor] => [name, Tensor.float32([count], values)]
  return new Map([named(SCALES, scales), named(LOWS, lows), named(HIGHS, highs)])
}

function fakeQuantize(graph: Graph, tensor: string, k: number): string {
  const step = (opType: string, inputs: readonly string[]): string => {
    const output = graph.freshName(`${tensor}_${opType.toLowerCase()}`)
    graph.addNode({ name: graph.freshName(`${tensor}_Fake${opType}`), opType, inputs, outputs: [output] })
    return output
  }
  const scale = `${SCALES}_${k}`
  const zero = graph.setConstant(ZERO, Tensor.of('int16', [], Int16Array.of(0)))
  const clipped = step('Clip', [tensor, `${LOWS}_${k}`, `${HIGHS}_${k}`])
  return step('DequantizeLinear', [step('QuantizeLinear', [clipped, scale, zero]), scale, zero])
}

/** A graph input whose elements are scalars of their own. */
function feedElements(graph: Graph, name: string, elements: readonly string[]): void {
  if (elements.length === 0) return
  graph.inputs.push({ name, dtype: 'float32', shape: [elements.length] })
  const parts = elements.map((element) => `${element}_1`)
  graph.addNode({
    name: `${name}_Split`,
    opType: 'Split',
    inputs: [name],
    outputs: parts,
    attributes: { axis: int(0), num_outputs: int(elements.length) },
  })
  for (const [k, element] of elements.entries()) {
    graph.addNode({ name: `${element}_Squeeze`, opType: 'Squeeze', inputs: [parts[k]], outputs: [element] })
  }
}

/** Fake-quantized weights by what they are made from; states share most of them. */
const fakeWeights = new WeakMap<Tensor, { thresholds: Float32Array; fake: Tensor }[]>()

/** round(W / s_c) s_c. The same tensor for the same arguments. */
export function fakeWeight(weight: Tensor, axis: number, thresholds: Float32Array): Tensor {
  const made = fakeWeights.get(weight) ?? []
  const known = made.find((entry) => isEqual(entry.thresholds, thresholds))
  if (known) return known.fake
  const scales = weightScales(thresholds)
  const fake = dequantizeWeight(quantizeWeight(weight, axis, scales, 0), axis, scales)
  fakeWeights.set(weight, [...made.slice(-3), { thresholds, fake }])
  return fake
}

function isEqual(a: Float32Array, b: Float32Array): boolean {
  return a === b || (a.length === b.length && a.every((value, i) => value === b[i]))
}

/** What decides the graph of a part, to be compared element by element: equal lists make equal parts. */
export function partIdentity({ model, plan, calibration }: QuantizedState, nodes: readonly Node[]): unknown[] {
  const units = new Map(plan.weighted.map((unit) => [unit.node, unit]))
  const identity: unknown[] = []
  for (const node of nodes) {
    const unit = units.get(node)
    identity.push(node.opType, ...node.inputs.map((input) => model.graph.constant(input) ?? input))
    if (plan.afterOnly.has(node.name)) identity.push('reads float values')
    if (!unit) continue
    const thresholds = calibration.weights.get(node.name)!
    identity.push(fakeWeight(model.graph.constant(unit.weight)!, unit.axis, thresholds))
  }
  return identity
}
