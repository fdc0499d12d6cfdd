import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { engine } from '../../test/support/quantized-network.ts'
import { randomFeeds } from '../../test/support/random.ts'
import type { Model } from '../ir/model.ts'
import { Tensor } from '../ir/tensor.ts'
import type { SampleSource } from './collect.ts'
import { judge, judgedValue, splitSamples } from './judge.ts'

/** Gemm, then the operators named; the value behind the Gemm, the last one, the model. */
function headed(...operators: string[]): { logits: string; output: string; model: Model } {
  const network = new Network()
  const x = network.input('x', [1, 8])
  const logits = network.node('Gemm', [x, network.random([8, 4], 3)])
  let output = logits
  for (const operator of operators) {
    const shape = operator === 'Reshape' ? [network.int64([4, 1])] : []
    output = network.node(operator, [output, ...shape])
  }
  network.output(output)
  return { logits, output, model: network.model() }
}

test('an output is judged before its final Softmax, also through operators that change its form', () => {
  for (const operators of [['Softmax'], ['LogSoftmax'], ['Softmax', 'Reshape']]) {
    const { logits, output, model } = headed(...operators)
    expect(judgedValue(model.graph, output)).toBe(logits)
  }
  const reshaped = headed('Reshape', 'Softmax', 'Reshape')
  expect(judgedValue(reshaped.model.graph, reshaped.output)).toBe('reshape4_y')
})

test('any other output is judged itself', () => {
  for (const operators of [[], ['Sigmoid'], ['Reshape'], ['Softmax', 'Sigmoid']]) {
    const { output, model } = headed(...operators)
    expect(judgedValue(model.graph, output)).toBe(output)
  }
})

test('a candidate equal to the reference reaches 1, one with other weights less', async () => {
  const { model } = headed('Softmax')
  const other = { ...model, graph: model.graph.clone() }
  const [gemm] = other.graph.nodes
  const weight = other.graph.constant(gemm.inputs[1])!
  const moved = weight.floats().map((value, i) => value + (i % 3))
  other.graph.setConstant(gemm.inputs[1], Tensor.float32(weight.shape, moved))
  const samples: SampleSource = {
    count: 2,
    names: ['a', 'b'],
    read: (index) => Promise.resolve(randomFeeds(model.graph, index)),
  }
  const [same, different] = await judge(engine, model, [model, other], samples, [0, 1], () => {})
  expect(same).toBeCloseTo(1, 12)
  expect(different).toBeLessThan(0.99)
})

test('the last fifth judges; fewer than three samples serve for both', () => {
  expect(splitSamples(10)).toEqual({ statistics: [0, 1, 2, 3, 4, 5, 6, 7], judging: [8, 9], shared: false })
  expect(splitSamples(3)).toEqual({ statistics: [0, 1], judging: [2], shared: false })
  expect(splitSamples(2)).toEqual({ statistics: [0, 1], judging: [0, 1], shared: true })
})
