import { expect, test } from 'vitest'
import { checkEmitted } from '../../test/support/check-emitted.ts'
import { Network } from '../../test/support/network.ts'
import { type QuantizedNetwork, rms, runAt } from '../../test/support/quantized-network.ts'
import { withOutputs } from '../calibrate/observe.ts'
import { cosine } from '../calibrate/similarity.ts'
import type { Model } from '../ir/model.ts'
import { ints } from '../ir/node.ts'

/** Conv, Relu, MaxPool, MaxPool, Conv, Add, Conv, one Conv to the output. */
function network(): Model {
  const n = new Network(11)
  const first = n.node('Relu', [n.conv(n.input('x', [1, 3, 12, 12]), [8, 3, 3, 3])])
  const pool = { kernel_shape: ints([2, 2]) }
  const pooled = n.node('MaxPool', [n.node('MaxPool', [first], pool)], pool)
  const sum = n.node('Add', [n.conv(pooled, [8, 8, 1, 1]), pooled])
  n.output(n.conv(n.conv(sum, [8, 8, 3, 3]), [4, 8, 1, 1]))
  return n.model()
}

/** Error of the codes of a tensor (root mean square) against the values they stand for, measured where it is quantized. */
async function roundingError({ quantized, feeds }: QuantizedNetwork, tensor: string): Promise<number> {
  const source = quantized.graph.nodes.find((node) => node.name === `${tensor}_QuantizeLinear`)!.inputs[0]
  const dequantized = `${tensor}_dequantized`
  const values = await runAt(withOutputs(quantized, [source, dequantized]), 'disabled', feeds)
  return rms(values.get(source)!, values.get(dequantized)!)
}

test('one int16 request: int16 codes there, 50 times finer than int8', async () => {
  const coarse = await checkEmitted(network())
  const sum = coarse.optimized.graph.nodes.find((node) => node.is('Add'))!.outputs[0]
  const [reader] = coarse.optimized.graph.consumers(sum)
  const fine = await checkEmitted(network(), { int16Nodes: [reader.name] })
  expect([...fine.calibration.levels].filter(([, levels]) => levels === 32767).map(([tensor]) => tensor)).toEqual([sum])
  expect(fine.quantized.graph.type(`${sum}_quantized`)?.dtype).toBe('int16')
  expect(await roundingError(coarse, sum)).toBeGreaterThan(50 * (await roundingError(fine, sum)))
  // The Conv that reads it runs in float on dequantized integers, as does the Add that no longer ends in 8 bits.
  expect(coarse.fused).toBe('Conv:1 NhwcMaxPool:2 QLinearAdd:1 QLinearConv:3')
  expect(fine.fused).toBe('Add:1 Conv:2 NhwcMaxPool:2 QLinearConv:2')
})

test('int16 behind operators that move values reaches every tensor that shares the scale', async () => {
  const plain = await checkEmitted(network())
  const [, last] = plain.optimized.graph.nodes.filter((node) => node.is('MaxPool'))
  const readers = plain.optimized.graph.consumers(last.outputs[0])
  const options = { int16Nodes: readers.map((node) => node.name) }
  const { plan, calibration } = await checkEmitted(network(), options)
  const group = plan.quantizers.get(last.outputs[0])!.group
  const members = [...plan.quantizers.values()].filter((quantizer) => quantizer.group === group)
  expect(members.map((quantizer) => quantizer.levels)).toEqual([32767, 32767, 32767])
  // The calibrated model says the same.
  expect(members.map(({ tensor }) => calibration.levels.get(tensor))).toEqual([32767, 32767, 32767])
})

test('an int16 request for an Add reaches both of its inputs', async () => {
  const plain = await checkEmitted(network())
  const add = plain.optimized.graph.nodes.find((node) => node.is('Add'))!
  const { calibration } = await checkEmitted(network(), { int16Nodes: [add.name] })
  expect(add.inputs.map((input) => calibration.levels.get(input))).toEqual([32767, 32767])
})

test('control: the whole network in int16 is as good as float', async () => {
  const { original, quantized, feeds, calibration } = await checkEmitted(network(), { allInt16: true })
  expect(new Set(calibration.levels.values())).toEqual(new Set([32767]))
  const [float] = [...(await runAt(original, 'disabled', feeds)).values()]
  const [integer] = [...(await runAt(quantized, 'all', feeds)).values()]
  expect(cosine(float.floats(), integer.floats())).toBeGreaterThanOrEqual(0.99999)
})
