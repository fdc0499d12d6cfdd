/** One operator between DequantizeLinear and QuantizeLinear, from codes given by hand. */
import { Graph } from '../../src/ir/graph.ts'
import type { Model } from '../../src/ir/model.ts'
import { type Attribute, int } from '../../src/ir/node.ts'
import { Tensor } from '../../src/ir/tensor.ts'
import { inferTypes } from '../../src/ops/infer.ts'
import { toCode } from '../../src/reference/kernel.ts'
import { KERNELS } from '../../src/reference/kernels/index.ts'
import { findUnits } from '../../src/reference/unit.ts'
import { Network } from './network.ts'

/** Codes with their scale and zero point; `values` are the codes minus the zero point. */
export interface Coded {
  shape: readonly number[]
  values: readonly number[]
  scale: number
  zeroPoint?: number
}

export interface CodedUnit {
  opType: string
  attributes?: Record<string, Attribute>
  inputs: readonly Coded[]
  /** int8; one scale per channel. */
  weight?: { shape: readonly number[]; values: readonly number[]; scales: readonly number[]; axis: number }
  /** int32 codes. */
  bias?: readonly number[]
  /** Absent for a tail. `highest` adds the Clip of codes from 0. */
  output?: { scale: number; zeroPoint?: number; highest?: number }
}

/** The emitted graph of the unit, and the codes that go in. The result is `y`: codes, or the float value of a tail. */
export function codedModel(unit: CodedUnit): { model: Model; feeds: Map<string, Tensor> } {
  const network = new Network()
  const { graph } = network
  const feeds = new Map<string, Tensor>()
  const operands = unit.inputs.map((input, i) => {
    const { shape, values, scale, zeroPoint = 0 } = input
    graph.inputs.push({ name: `q${i}`, dtype: 'uint8', shape })
    feeds.set(
      `q${i}`,
      uint8(
        shape,
        values.map((value) => value + zeroPoint),
      ),
    )
    return network.node('DequantizeLinear', [`q${i}`, scalar(graph, scale), code(graph, zeroPoint)])
  })
  if (unit.weight) {
    const { shape, values, scales, axis } = unit.weight
    const codes = graph.setConstant('weight', Tensor.of('int8', shape, Int8Array.from(values)))
    const scale = network.floats(scales)
    operands.push(network.node('DequantizeLinear', [codes, scale], { axis: int(axis) }))
    if (unit.bias) {
      const bias = graph.setConstant('bias', Tensor.of('int32', [unit.bias.length], Int32Array.from(unit.bias)))
      const biasScale = network.floats(unit.bias.map((_, i) => unit.inputs[0].scale * scales[i % scales.length]))
      operands.push(network.node('DequantizeLinear', [bias, biasScale], { axis: int(0) }))
    }
  }
  const { opType, attributes = {}, output } = unit
  const last = output ? 'float' : 'y'
  graph.addNode({ name: 'unit', opType, inputs: operands, outputs: [last], attributes })
  if (output) {
    const quantized = output.highest === undefined ? 'y' : 'quantized'
    const inputs = ['float', scalar(graph, output.scale), code(graph, output.zeroPoint ?? 0)]
    graph.addNode({ name: 'quantize', opType: 'QuantizeLinear', inputs, outputs: [quantized] })
    if (output.highest !== undefined) {
      const bounds = [code(graph, 0), code(graph, output.highest)]
      graph.addNode({ name: 'clip', opType: 'Clip', inputs: [quantized, ...bounds], outputs: ['y'] })
    }
  }
  network.output('y')
  const model = network.model()
  inferTypes(graph)
  return { model, feeds }
}

/** Result codes (minus the zero point) of the unit's integer kernel; values before rounding, times the scale, for a tail. */
export function kernelResult(unit: CodedUnit): number[] {
  const { model, feeds } = codedModel(unit)
  const [found] = findUnits(model.graph)
  const element = KERNELS[unit.opType](found, { graph: model.graph, values: feeds })!
  const count = model.graph.shape('y')!.reduce((a, b) => a * b, 1)
  return Array.from({ length: count }, (_, flat) =>
    found.output ? toCode(element(flat), found.output) - found.output.zeroPoint : element(flat),
  )
}

export function uint8(shape: readonly number[], codes: readonly number[]): Tensor {
  return Tensor.of('uint8', shape, Uint8Array.from(codes))
}

function scalar(graph: Graph, value: number): string {
  return graph.setConstant(graph.freshName(`scale_${value}`), Tensor.float32([], [value]))
}

function code(graph: Graph, value: number): string {
  return graph.setConstant(`code_${value}`, uint8([], [value]))
}
