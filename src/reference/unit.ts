/** Quantized units of an emitted graph: an operator between DequantizeLinear and QuantizeLinear nodes. */
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import type { Tensor } from '../ir/tensor.ts'

/** Scale and zero point of integer codes: value = (code - zeroPoint) * scale. */
export interface Quantization {
  scale: number
  zeroPoint: number
}

/** An activation input of a unit. */
export interface CodedInput extends Quantization {
  port: number
  /** Value that holds the codes. */
  codes: string
}

/** A constant behind a per-channel DequantizeLinear. */
export interface CodedConstant {
  codes: Tensor
  scales: Float32Array
  zeroPoint: number
  axis: number
}

export interface Unit {
  node: Node
  inputs: CodedInput[]
  weight: CodedConstant | undefined
  bias: CodedConstant | undefined
  /** undefined for a tail: its float result is compared. */
  output: (Quantization & { lowest: number; highest: number }) | undefined
  /** Value to fetch: codes, or the float result of a tail. */
  result: string
}

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  int16: [-32768, 32767],
}

/** Every operator whose activations all come as integer codes and that ends in codes or is a tail Conv. */
export function findUnits(graph: Graph): Unit[] {
  const units: Unit[] = []
  for (const node of graph.sorted()) {
    if (node.is('QuantizeLinear', 'DequantizeLinear', 'Clip') && graph.type(node.outputs[0])?.dtype !== 'float32')
      continue
    if (node.is('DequantizeLinear', 'QuantizeLinear')) continue
    const inputs = codedInputs(graph, node)
    if (!inputs || inputs.length === 0) continue
    const weight = codedConstant(graph, node.inputs[1])
    const bias = codedConstant(graph, node.inputs[2])
    const target = codedOutput(graph, node)
    if (!target && !weight) continue
    units.push({ node, inputs, weight, bias, output: target?.output, result: target?.result ?? node.outputs[0] })
  }
  return units
}

/** All activation inputs as codes; undefined when one of them is computed in float. */
function codedInputs(graph: Graph, node: Node): CodedInput[] | undefined {
  const inputs: CodedInput[] = []
  for (const [port, value] of node.inputs.entries()) {
    const producer = graph.producer(value)
    if (!producer) {
      if (graph.isInput(value)) return undefined
      continue
    }
    if (!producer.is('DequantizeLinear')) return undefined
    if (graph.constant(producer.inputs[0])) continue
    const quantization = quantizationOf(graph, producer)
    inputs.push({ port, codes: producer.inputs[0], ...quantization })
  }
  return inputs
}

function quantizationOf(graph: Graph, node: Node): Quantization {
  return {
    scale: graph.constant(node.inputs[1])!.floats()[0],
    zeroPoint: graph.constant(node.inputs[2])?.numbers()[0] ?? 0,
  }
}

function codedConstant(graph: Graph, value: string | undefined): CodedConstant | undefined {
  const node = value === undefined ? undefined : graph.producer(value)
  const codes = node?.is('DequantizeLinear') ? graph.constant(node.inputs[0]) : undefined
  if (!node || !codes) return undefined
  return {
    codes,
    scales: graph.constant(node.inputs[1])!.floats(),
    zeroPoint: graph.constant(node.inputs[2] ?? '')?.numbers()[0] ?? 0,
    axis: node.int('axis', 1),
  }
}

/** The QuantizeLinear (and Clip) that reads the node's only output. */
function codedOutput(graph: Graph, node: Node): { output: NonNullable<Unit['output']>; result: string } | undefined {
  const readers = graph.consumers(node.outputs[0])
  const quantize = readers.find((reader) => reader.is('QuantizeLinear'))
  if (!quantize || node.outputs.length !== 1) return undefined
  const quantization = quantizationOf(graph, quantize)
  const [lowest, highest] = RANGES[graph.type(quantize.outputs[0])!.dtype]
  const clip = graph.consumers(quantize.outputs[0]).find((reader) => reader.is('Clip'))
  if (!clip) return { output: { ...quantization, lowest, highest }, result: quantize.outputs[0] }
  const [low, high] = [1, 2].map((port) => graph.constant(clip.inputs[port])!.numbers()[0])
  return { output: { ...quantization, lowest: low, highest: high }, result: clip.outputs[0] }
}
