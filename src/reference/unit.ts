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
  /** Other activations, read in float (the grid of a GridSample). */
  floats: string[]
  weight: CodedConstant | undefined
  bias: CodedConstant | undefined
  /** undefined for a tail: its float result is compared. */
  output: (Quantization & { lowest: number; highest: number }) | undefined
  /** The output of the node that is meant: an operator with several is as many units. */
  value: string
  /** Value to fetch: codes, or the float result of a tail. */
  result: string
  /** The quantizer alone reads the output, so that the engine can fuse the two into one integer kernel. */
  fusible: boolean
}

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  uint8: [0, 255],
  int8: [-128, 127],
  int16: [-32768, 32767],
}

/** Every operator that reads integer codes and ends in codes or is a tail Conv; one unit per output. */
export function findUnits(graph: Graph): Unit[] {
  const units: Unit[] = []
  for (const node of graph.sorted()) {
    if (node.is('DequantizeLinear', 'QuantizeLinear')) continue
    if (node.is('Clip') && graph.type(node.outputs[0])?.dtype !== 'float32') continue
    const { inputs, floats } = activations(graph, node)
    if (inputs.length === 0) continue
    const weight = codedConstant(graph, node.inputs[1])
    const bias = codedConstant(graph, node.inputs[2])
    for (const value of node.outputs) {
      const target = codedOutput(graph, value)
      if (!target && !weight) continue
      units.push({
        node,
        inputs,
        floats,
        weight,
        bias,
        output: target?.output,
        value,
        result: target?.result ?? value,
        fusible: graph.soleConsumer(value)?.is('QuantizeLinear') ?? false,
      })
    }
  }
  return units
}

/** What a node reads beside constants: integer codes, and values computed in float. */
function activations(graph: Graph, node: Node): { inputs: CodedInput[]; floats: string[] } {
  const inputs: CodedInput[] = []
  const floats: string[] = []
  for (const [port, value] of node.inputs.entries()) {
    if (value === '' || graph.constant(value)) continue
    const producer = graph.producer(value)
    if (!producer?.is('DequantizeLinear')) floats.push(value)
    else if (!graph.constant(producer.inputs[0])) {
      inputs.push({ port, codes: producer.inputs[0], ...quantizationOf(graph, producer) })
    }
  }
  return { inputs, floats }
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

/** The QuantizeLinear (and Clip) that reads a value. */
function codedOutput(graph: Graph, value: string): { output: NonNullable<Unit['output']>; result: string } | undefined {
  const quantize = graph.consumers(value).find((reader) => reader.is('QuantizeLinear'))
  if (!quantize) return undefined
  const quantization = quantizationOf(graph, quantize)
  const [lowest, highest] = RANGES[graph.type(quantize.outputs[0])!.dtype]
  const clip = graph.consumers(quantize.outputs[0]).find((reader) => reader.is('Clip'))
  if (!clip) return { output: { ...quantization, lowest, highest }, result: quantize.outputs[0] }
  const [low, high] = [1, 2].map((port) => graph.constant(clip.inputs[port])!.numbers()[0])
  return { output: { ...quantization, lowest: low, highest: high }, result: clip.outputs[0] }
}
