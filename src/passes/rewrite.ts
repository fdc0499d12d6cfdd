/** Helpers that several passes share. */
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'

/** The node before `value` if it has one of these types and nothing else reads its output. */
export function soleProducer(graph: Graph, value: string, ...opTypes: string[]): Node | undefined {
  const producer = graph.producer(value)
  return producer?.is(...opTypes) && graph.soleConsumer(value) ? producer : undefined
}

/** A float32 constant behind a value name. */
export function floatConstant(graph: Graph, value: string | undefined): Tensor | undefined {
  const tensor = value === undefined ? undefined : graph.constant(value)
  return tensor?.dtype === 'float32' ? tensor : undefined
}

/** The number in a constant of one element. */
export function scalarConstant(graph: Graph, value: string | undefined): number | undefined {
  const tensor = value === undefined || value === '' ? undefined : graph.constant(value)
  return tensor?.size === 1 ? tensor.numbers()[0] : undefined
}

/**
 * Remove a node whose output equals `value`: readers read `value`, and a graph output keeps its name.
 * Returns false (and changes nothing) where that is impossible: a graph input or constant cannot take an output's name.
 */
export function bypass(graph: Graph, node: Node, value: string): boolean {
  const output = node.outputs[0]
  if (graph.isOutput(output)) {
    const producer = graph.producer(value)
    if (!producer || graph.isOutput(value)) return false
    graph.removeNode(node)
    renameValue(graph, producer, value, output)
    return true
  }
  graph.replaceUses(output, value)
  graph.removeNode(node)
  return true
}

/** Give the value a producer computes another name, everywhere. */
export function renameValue(graph: Graph, producer: Node, from: string, to: string): void {
  graph.setOutput(producer, producer.outputs.indexOf(from), to)
  graph.replaceUses(from, to)
  const type = graph.types.get(from)
  if (type) graph.types.set(to, type)
}

/** Remove `node`; `keeper`, which computes the value before it, now computes its output (name kept). */
export function absorb(graph: Graph, keeper: Node, node: Node): void {
  const output = node.outputs[0]
  graph.removeNode(node)
  graph.setOutput(keeper, 0, output)
}

/** A new constant with a fresh readable name. */
export function addConstant(graph: Graph, stem: string, tensor: Tensor): string {
  return graph.setConstant(graph.freshName(stem), tensor)
}

/** Number of output channels of a Conv-like node, from its weight. */
export function outputChannels(graph: Graph, node: Node): number {
  const shape = graph.constant(node.inputs[1])!.shape
  if (node.is('ConvTranspose')) return shape[1] * node.int('group', 1)
  if (node.is('Gemm')) return shape[node.int('transB', 0) === 1 ? 0 : 1]
  return shape[0]
}

/** Multiply a Conv-like weight by one factor per output channel (float64 arithmetic, stored as float32). */
export function scaleOutputChannels(graph: Graph, node: Node, factors: ArrayLike<number>): Tensor {
  const weight = graph.constant(node.inputs[1])!
  const data = weight.floats()
  const axis = node.is('ConvTranspose') || (node.is('Gemm') && node.int('transB', 0) === 0) ? 1 : 0
  const inner = weight.shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  const channels = weight.shape[axis]
  // ConvTranspose keeps its groups on the input axis: output channel = group * channels + position.
  const perGroup = node.is('ConvTranspose') ? weight.shape[0] / node.int('group', 1) : Infinity
  const result = data.map((value, k) => {
    const channel = Math.floor(k / inner) % channels
    const group = perGroup === Infinity ? 0 : Math.floor(Math.floor(k / (inner * channels)) / perGroup)
    return value * factors[group * channels + channel]
  })
  return Tensor.float32(weight.shape, result)
}

/** The bias of a Conv-like node as one number per output channel; undefined when it is not constant or not per channel. */
export function channelBias(graph: Graph, node: Node): Float64Array | undefined {
  const channels = outputChannels(graph, node)
  const name = node.inputs[2]
  if (name === undefined || name === '') return new Float64Array(channels)
  const values = floatConstant(graph, name)?.floats()
  if (!values || (values.length !== channels && values.length !== 1)) return undefined
  return Float64Array.from({ length: channels }, (_, c) => values[values.length === 1 ? 0 : c])
}

/**
 * The values of a constant that is one number, or one number per channel on axis 1, when broadcast against a tensor of the
 * given rank; undefined for every other shape.
 */
export function perChannel(tensor: Tensor, rank: number, channels: number): Float32Array | undefined {
  const values = tensor.floats()
  if (values.length === 1) return new Float32Array(channels).fill(values[0])
  const shape = [...Array<number>(Math.max(0, rank - tensor.shape.length)).fill(1), ...tensor.shape]
  if (shape.length !== rank || values.length !== channels || shape[1] !== channels) return undefined
  return values
}
