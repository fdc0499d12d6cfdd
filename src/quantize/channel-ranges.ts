/**
 * Ranges per channel: a tensor is stored with every channel stretched to the tensor's full range, so that one scale serves
 * channels of very different size. It is free where both neighbours can absorb a factor per channel:
 *
 * - the producer is a Conv (through Relu; through a Clip at u as long as the channel stays below u * r): W / r, b / r;
 *   or a look-up with factors (scaled-lookup.ts): f(x) / r;
 * - every reader is a depthwise Conv: V * r; or the only reader is a look-up: f(x * r). A Conv without groups can absorb it, too,
 *   but not for free: r stands on its input channels, which share a scale, so small channels get coarser weights.
 *
 * Before: x = act(Conv(a, W, b));            y = DepthwiseConv(x, V)
 * After:  x = act(Conv(a, W / r, b / r));    y = DepthwiseConv(x, V * r)        (r per channel, 0 < r <= 1)
 *
 * Weights have a scale per channel anyway. Source: per-channel range before depthwise of cross-layer equalization (Nagel et al.
 * 2019), with a floor for channels that are silent in the data; between dense Convs that is cross-layer equalization itself.
 */
import type { Graph } from '../ir/graph.ts'
import { cloneModel, type Model } from '../ir/model.ts'
import type { Node } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import type { ActivationQuantizer, QuantizationPlan } from './plan.ts'
import { isScalable, scaleLookup } from './scaled-lookup.ts'

/** No channel is stretched more: one that was silent during calibration may speak up later. */
const FLOOR = 1 / 16

/** r of every channel, by tensor name. */
export type ChannelRanges = ReadonlyMap<string, Float32Array>

/** A tensor that may have ranges per channel. */
export interface RangedTensor {
  channels: number
  /** What absorbs the ranges behind it. Before a look-up the positive side alone needs room where the function vanishes on the other. */
  behind: 'lookup' | 'depthwise' | 'dense'
}

/** Tensors of an optimized graph that may have ranges per channel. */
export function rangedTensors(graph: Graph, plan: QuantizationPlan): Map<string, RangedTensor> {
  const members = new Map<string, number>()
  for (const { group } of plan.quantizers.values()) members.set(group, (members.get(group) ?? 0) + 1)
  const tensors = new Map<string, RangedTensor>()
  for (const quantizer of plan.quantizers.values()) {
    const { tensor, group, fixed, levels } = quantizer
    const [batch, channels] = graph.shape(tensor) ?? []
    if (batch !== 1 || channels === undefined || fixed !== undefined || levels === 32767 || members.get(group) !== 1)
      continue
    const behind = graph.isOutput(tensor) ? undefined : absorberBehind(graph, tensor, channels)
    if (behind && producerOf(graph, plan, tensor)) tensors.set(tensor, { channels, behind })
  }
  return tensors
}

/**
 * Ranges that stretch each channel to the tensor's largest value, at most 16 times; tensors whose channels need none are left
 * out.
 *
 * @param channelMaxima largest magnitude of each channel over the calibration data, by tensor
 */
export function channelRanges(
  plan: QuantizationPlan,
  channelMaxima: ReadonlyMap<string, Float64Array>,
): Map<string, Float32Array> {
  const ranges = new Map<string, Float32Array>()
  for (const [tensor, maxima] of channelMaxima) {
    const full = fullRange(plan.quantizers.get(tensor)!, maxima)
    if (full === 0) continue
    const r = Float32Array.from(maxima, (max) => Math.min(1, Math.max(max / full, FLOOR)))
    if (r.some((value) => value < 1)) ranges.set(tensor, r)
  }
  return ranges
}

/** The threshold of a tensor with ranges: it clips nothing seen during calibration. */
export function fullRange({ cap }: ActivationQuantizer, maxima: ArrayLike<number>): number {
  return cap ?? Math.max(...Array.from(maxima))
}

/** A copy of the model with the ranges moved into weights and biases. */
export function applyChannelRanges(model: Model, plan: QuantizationPlan, ranges: ChannelRanges): Model {
  const result = cloneModel(model)
  const { graph } = result
  const byName = new Map(graph.nodes.map((node) => [node.name, node]))
  for (const [tensor, r] of ranges) {
    const producer = byName.get(producerOf(model.graph, plan, tensor)!.name)!
    const inverse = r.map((value) => 1 / value)
    if (isScalable(producer)) scaleLookup(result, producer, 'after', inverse)
    else for (const port of producer.inputs[2] ? [1, 2] : [1]) scaleChannels(graph, producer, port, inverse)
    for (const reader of graph.consumers(tensor)) {
      if (isScalable(reader)) scaleLookup(result, reader, 'before', r)
      else if (isDepthwise(reader, r.length)) scaleChannels(graph, reader, 1, r)
      else scaleInputs(graph, reader, r)
    }
  }
  return result
}

/** What the readers of a tensor are that can absorb a factor per channel; undefined where one cannot. */
function absorberBehind(graph: Graph, tensor: string, channels: number): RangedTensor['behind'] | undefined {
  const readers = graph.consumers(tensor)
  if (readers.length === 1 && isScalable(readers[0])) return 'lookup'
  if (!readers.every((reader) => isConvOn(graph, reader, tensor))) return undefined
  if (readers.every((reader) => isDepthwise(reader, channels))) return 'depthwise'
  return readers.every((reader) => isDepthwise(reader, channels) || reader.int('group', 1) === 1) ? 'dense' : undefined
}

/**
 * What can absorb a factor per channel before a tensor: a look-up, or the Conv behind it, through the Relu or Clip fused into
 * it; undefined where anything else reads its output.
 */
function producerOf(graph: Graph, plan: QuantizationPlan, tensor: string): Node | undefined {
  const producer = graph.producer(tensor)
  if (producer && isScalable(producer)) return plan.units.has(producer) ? producer : undefined
  const conv = producer && (plan.fused.get(producer) ?? producer)
  if (!conv?.is('Conv') || !graph.constant(conv.inputs[1])) return undefined
  const direct = conv === producer || graph.soleConsumer(conv.outputs[0]) === producer
  return direct && plan.units.has(conv) ? conv : undefined
}

function isConvOn(graph: Graph, reader: Node, tensor: string): boolean {
  return reader.is('Conv') && reader.inputs.lastIndexOf(tensor) === 0 && graph.constant(reader.inputs[1]) !== undefined
}

function isDepthwise(reader: Node, channels: number): boolean {
  return reader.int('group', 1) === channels
}

/** Multiply the slices of a constant along its first axis; several slices per factor where the Conv has a multiplier. */
function scaleChannels(graph: Graph, node: Node, port: number, factors: Float32Array): void {
  scaleConstant(graph, node, port, factors, graph.constant(node.inputs[port])!.size / factors.length)
}

/** Multiply what a Conv's weight has for each input channel: its second axis. */
function scaleInputs(graph: Graph, node: Node, factors: Float32Array): void {
  const { shape, size } = graph.constant(node.inputs[1])!
  scaleConstant(graph, node, 1, factors, size / (shape[0] * shape[1]))
}

/** Multiply a constant by the factors in turn, `span` neighbouring elements by each. */
function scaleConstant(graph: Graph, node: Node, port: number, factors: Float32Array, span: number): void {
  const before = graph.constant(node.inputs[port])!
  const after = before.floats().map((value, i) => value * factors[Math.floor(i / span) % factors.length])
  const name = graph.setConstant(graph.freshName(`${node.inputs[port]}_ranged`), Tensor.float32(before.shape, after))
  graph.setInput(node, port, name)
}
