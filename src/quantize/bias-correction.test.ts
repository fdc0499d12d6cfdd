import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { runners } from '../../test/support/quantized-network.ts'
import type { SampleSource } from '../calibrate/collect.ts'
import type { Model } from '../ir/model.ts'
import { Tensor } from '../ir/tensor.ts'
import { applyCorrections, biasCorrections } from './bias-correction.ts'
import { completeCalibration } from './calibrated.ts'
import { placeQuantizers } from './place.ts'
import type { QuantizationPlan } from './plan.ts'

const place = (model: Model): QuantizationPlan =>
  placeQuantizers(model.graph, { accelerated: () => true, levels: () => 127, preprocessRange: () => undefined })

/** Corrections of a model whose quantizers all have the threshold 127 (scale 1), on the given inputs. */
async function correct(model: Model, inputs: readonly Tensor[]) {
  const plan = place(model)
  const thresholds = new Map([...plan.quantizers.keys()].map((tensor) => [tensor, 127]))
  const samples: SampleSource = {
    count: inputs.length,
    names: inputs.map((_, i) => `sample${i}`),
    read: (index) => Promise.resolve(new Map([['x', inputs[index]]])),
  }
  const corrections = await biasCorrections({
    runners: runners(),
    model,
    reference: model,
    plan,
    calibration: completeCalibration(model.graph, plan, thresholds),
    samples,
    indices: inputs.map((_, i) => i),
    onProgress: () => {},
  })
  return { plan, corrections }
}

/** Conv 1x1 from two channels to one: weights 127 and 0.25 in a channel of scale 127 / 127 = 1, so 0.25 becomes 0. */
function oneConv(bias: boolean): Model {
  const network = new Network()
  const x = network.input('x', [1, 2, 1, 2])
  const inputs = [x, network.floats([127, 0.25], [1, 2, 1, 1])]
  if (bias) inputs.push(network.floats([3]))
  network.output(network.node('Conv', inputs))
  return network.model()
}

const samples = [Tensor.float32([1, 2, 1, 2], [1, 2, 40, 60]), Tensor.float32([1, 2, 1, 2], [-1, 0, 20, 40])]

test('the mean that a rounded weight loses comes back as bias', async () => {
  // The second channel's mean is (40 + 60 + 20 + 40) / 4 = 40; its weight 0.25 is lost: 0.25 * 40 = 10.
  const model = oneConv(true)
  const { plan, corrections } = await correct(model, samples)
  expect([...corrections].map(([node, values]) => [node, [...values]])).toEqual([[plan.weighted[0].node.name, [10]]])
  const corrected = applyCorrections(model, plan, corrections)
  const [node] = corrected.graph.nodes
  expect(corrected.graph.constant(node.inputs[2])!.numbers()).toEqual([13])
  // The argument keeps its bias.
  expect(model.graph.constant(model.graph.nodes[0].inputs[2])!.numbers()).toEqual([3])
})

test('a Conv without bias gets one', async () => {
  const model = oneConv(false)
  const { plan, corrections } = await correct(model, samples)
  const corrected = applyCorrections(model, plan, corrections)
  expect(corrected.graph.constant(corrected.graph.nodes[0].inputs[2])!.numbers()).toEqual([10])
})

test('a later Conv is measured behind the corrected earlier one', async () => {
  const network = new Network()
  const x = network.input('x', [1, 2, 1, 2])
  const first = network.node('Conv', [x, network.floats([127, 0.25], [1, 2, 1, 1])])
  network.output(network.node('Conv', [first, network.floats([2], [1, 1, 1, 1])]))
  const { corrections } = await correct(network.model(), [Tensor.float32([1, 2, 1, 2], [0, 0, 40, 40])])
  const [own, later] = [...corrections.values()].map(([value]) => value)
  // 0.25 * 40 = 10 is lost in the first Conv. Behind its correction the second one reads 10 again and answers 20, as in float;
  // uncorrected it would read 0, and 20 would be missing.
  expect(own).toBe(10)
  expect(later).toBeCloseTo(0, 4)
})

test('a MatMul has no bias: what it loses is corrected behind it', async () => {
  const network = new Network()
  const x = network.input('x', [1, 1, 2])
  const first = network.node('MatMul', [x, network.floats([127, 0.25], [2, 1])])
  network.output(network.node('MatMul', [first, network.floats([2], [1, 1])]))
  const { corrections } = await correct(network.model(), [Tensor.float32([1, 1, 2], [0, 40])])
  expect(corrections.size).toBe(0)
})

test('a Conv behind a MatMul makes up for both', async () => {
  const network = new Network()
  const x = network.input('x', [1, 1, 2])
  const product = network.node('MatMul', [x, network.floats([127, 0.25], [2, 1])])
  network.output(network.node('Conv', [product, network.floats([2], [1, 1, 1])]))
  const { corrections } = await correct(network.model(), [Tensor.float32([1, 1, 2], [0, 40])])
  // 0.25 * 40 = 10 is lost before the Conv, which doubles it.
  expect([...corrections.values()].map(([value]) => value)).toEqual([20])
})

test('a float network is run once for each sample, whichever samples are asked for', async () => {
  const model = oneConv(true)
  let reads = 0
  const source: SampleSource = {
    count: 2,
    names: ['a', 'b'],
    read(index) {
      reads++
      return Promise.resolve(new Map([['x', samples[index]]]))
    },
  }
  const on = async (indices: readonly number[]) => {
    const plan = place(model)
    const calibration = completeCalibration(
      model.graph,
      plan,
      new Map([...plan.quantizers.keys()].map((t) => [t, 127])),
    )
    const before = reads
    const input = { model, reference: model, plan, calibration, samples: source, onProgress: () => {} }
    const [[, values]] = await biasCorrections({ runners: runners(), ...input, indices })
    return { value: values[0], reads: reads - before }
  }
  // One read for the float network, one for the quantized one. Means of the second channel: 50, and (50 + 30) / 2.
  expect(await on([0])).toEqual({ value: 12.5, reads: 2 })
  expect(await on([0, 1])).toEqual({ value: 10, reads: 3 })
  expect(await on([1, 0])).toEqual({ value: 10, reads: 2 })
  expect(await on([0])).toEqual({ value: 12.5, reads: 1 })
})
