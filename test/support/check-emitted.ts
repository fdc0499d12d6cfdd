/** Everything that must hold of a quantized network, whatever its operators. */
import { expect } from 'vitest'
import { cosine } from '../../src/calibrate/similarity.ts'
import type { Graph } from '../../src/ir/graph.ts'
import type { Model } from '../../src/ir/model.ts'
import type { Node } from '../../src/ir/node.ts'
import { elementCount } from '../../src/ir/tensor.ts'
import { findUnits } from '../../src/reference/unit.ts'
import {
  expectedNoise,
  fusedOperators,
  proveFully,
  type QuantizedNetwork,
  type QuantizeOptions,
  quantizeNetwork,
  rms,
  runAt,
} from './quantized-network.ts'

/** Measured error over the error that noise of half a step causes; 0.4 to 1.15 on the networks of the tests. */
const NOISE_MARGIN = 1.5
/** Rounding ties between float and integer arithmetic, in a calibrated and a quantized network. */
const CALIBRATED_COSINE = 0.9999

export interface CheckedNetwork extends QuantizedNetwork {
  /** Operators of onnxruntime's graph at `all`: `Name:count`, sorted, without those that only move or convert values. */
  fused: string
}

/**
 * Quantize a network and expect
 *
 * - every value of every unit as integer arithmetic says;
 * - outputs as close to float as rounding allows;
 * - equal results of the calibrated model at `disabled` and `basic`, and close ones to the quantized model at `all`;
 * - zero points and types of the contract.
 */
export async function checkEmitted(model: Model, options: QuantizeOptions = {}): Promise<CheckedNetwork> {
  const network = await quantizeNetwork(model, options)
  const { quantized, calibrated, plan, feeds } = network
  const proof = await proveFully(network)
  expect(proof.summary).toMatch(/^integer arithmetic proven/)
  const units = [...plan.units].filter((node) => !plan.fused.has(node)).map((node) => node.name)
  expect([...new Set(proof.nodes.map((node) => node.node))].sort()).toEqual(units.sort())
  const values = findUnits(quantized.graph).map((unit) => elementCount(quantized.graph.shape(unit.result)!))
  expect(proof.nodes.map((node) => node.compared)).toEqual(values)

  const [float, integer] = [await runAt(model, 'disabled', feeds), await runAt(quantized, 'all', feeds)]
  for (const [name, noise] of await expectedNoise(network)) {
    expect(rms(float.get(name)!, integer.get(name)!)).toBeLessThanOrEqual(NOISE_MARGIN * noise)
  }
  const [disabled, basic] = [await runAt(calibrated, 'disabled', feeds), await runAt(calibrated, 'basic', feeds)]
  for (const [name, tensor] of disabled) {
    expect(basic.get(name)!.data).toEqual(tensor.data)
    expect(tensor.dtype).toBe(float.get(name)!.dtype)
    expect(integer.get(name)!.dtype).toBe(float.get(name)!.dtype)
    expect(cosine(tensor.numbers(), integer.get(name)!.numbers())).toBeGreaterThan(CALIBRATED_COSINE)
  }
  checkContract(network)
  return { ...network, fused: operators(await fusedOperators(quantized)) }
}

// Reorder: onnxruntime's blocked layout, which depends on the width of the CPU's vectors.
const UNCOUNTED = new Set(['QuantizeLinear', 'DequantizeLinear', 'Transpose', 'Clip', 'ReorderInput', 'ReorderOutput'])

function operators(counts: Record<string, number>): string {
  return Object.entries(counts)
    .filter(([name]) => !UNCOUNTED.has(name))
    .map(([name, count]) => `${name}:${count}`)
    .sort()
    .join(' ')
}

/** ARCHITECTURE.md, "The emitted form". */
function checkContract({ quantized: { graph }, plan, optimized }: QuantizedNetwork): void {
  const constant = (value: string): number[] => graph.constant(value)!.numbers()
  for (const { tensor, levels, nonNegative, follows } of plan.quantizers.values()) {
    const quantize = graph.nodes.find((node) => node.name === `${tensor}_QuantizeLinear`)!
    const int16 = levels === 32767
    const [reader] = graph.consumers(quantize.outputs[0])
    expect({
      tensor,
      dtype: graph.type(quantize.outputs[0])!.dtype,
      zeroPoint: constant(quantize.inputs[2])[0],
      reader: reader.opType,
    }).toEqual({
      tensor,
      dtype: int16 ? 'int16' : 'uint8',
      zeroPoint: int16 || nonNegative ? 0 : 128,
      reader: nonNegative && levels === 127 && !follows ? 'Clip' : 'DequantizeLinear',
    })
    if (reader.is('Clip')) expect(constant(reader.inputs[2])[0]).toBeLessThanOrEqual(127)
  }
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]))
  expect(plan.weighted.map((unit) => unit.node.name).every((name) => nodes.has(name))).toBe(true)
  for (const unit of plan.weighted) checkWeights(graph, nodes.get(unit.node.name)!, unit.axis)
  for (const info of optimized.graph.outputs) {
    expect(graph.outputs.find((other) => other.name === info.name)).toEqual(info)
  }
}

function checkWeights(graph: Graph, node: Node, axis: number): void {
  const [input, weight, bias] = node.inputs.slice(0, 3).map((value) => graph.producer(value)!)
  const codes = graph.constant(weight.inputs[0])!
  const scales = graph.constant(weight.inputs[1])!
  const zeroPoints = graph.constant(weight.inputs[2])!.numbers()
  const halfRange = readsHalfRange(graph, input)
  expect(codes.dtype).toBe(halfRange ? 'int8' : 'uint8')
  expect(new Set(zeroPoints)).toEqual(new Set([halfRange ? 0 : 128]))
  expect(codes.numbers().every((code) => Math.abs(code - zeroPoints[0]) <= 127)).toBe(true)
  expect(weight.int('axis', -1)).toBe(axis)
  expect(scales.size).toBe(codes.shape[axis])
  if (!bias) return
  expect(graph.constant(bias.inputs[0])!.dtype).toBe('int32')
  const inputScale = graph.constant(input.inputs[1])!.floats()[0]
  const biasScales = graph.constant(bias.inputs[1])!.floats()
  expect(biasScales).toEqual(biasScales.map((_, channel) => inputScale * scales.floats()[channel % scales.size]))
}

/** The input's codes are 0..127. */
function readsHalfRange(graph: Graph, dequantize: Node): boolean {
  const zeroPoint = graph.constant(dequantize.inputs[2])!
  return zeroPoint.dtype === 'uint8' && zeroPoint.numbers()[0] === 0
}
