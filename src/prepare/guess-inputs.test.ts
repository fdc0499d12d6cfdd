import { describe, expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import type { Dim, Graph } from '../ir/graph.ts'
import { Graph as EmptyGraph } from '../ir/graph.ts'
import { guessInputs } from './guess-inputs.ts'

function inputOf(shape: readonly Dim[], outputs: readonly Dim[][] = [[1, 10]]): Graph {
  return new EmptyGraph(
    'g',
    [{ name: 'x', dtype: 'float32', shape: [...shape] }],
    outputs.map((dims, i) => ({ name: `y${i}`, dtype: 'float32', shape: dims })),
  )
}

test('layout, colours and shape', () => {
  const cases: [Dim[], string, string, string, number[]][] = [
    [[1, 3, 224, 224], 'NCHW', 'rgb', 'nv12', [1, 3, 224, 224]],
    [[1, 512, 256, 3], 'NHWC', 'rgb', 'nv12', [1, 512, 256, 3]],
    [[1, 3, 33, 32], 'NCHW', 'rgb', 'yuv444', [1, 3, 33, 32]],
    [[1, 1, 28, 28], 'NCHW', 'gray', 'gray', [1, 1, 28, 28]],
    [['N', 3, 'H', 'W'], 'NCHW', 'rgb', 'nv12', [1, 3, 224, 224]],
    [[1, 64, 20, 20], 'NCHW', 'featuremap', 'featuremap', [1, 64, 20, 20]],
    [['N', 128], 'NCHW', 'featuremap', 'featuremap', [1, 128]],
  ]
  for (const [shape, layout, train, runtime, fixed] of cases) {
    const [guess] = guessInputs(inputOf(shape))
    expect([guess.layout.value, guess.typeTrain.value, guess.typeRt.value]).toEqual([layout, train, runtime])
    expect(guess.shape.value).toEqual(fixed)
  }
})

test('open sizes become 224 for classifiers, 256 for everything else', () => {
  const sizeOf = (outputs: Dim[][]): readonly number[] =>
    guessInputs(inputOf(['N', 3, 'H', 'W'], outputs))[0].shape.value
  expect(sizeOf([[1, 10]])).toEqual([1, 3, 224, 224])
  expect(sizeOf([[1, 10, 'h', 'w']])).toEqual([1, 3, 256, 256])
})

test('what the file says is not marked, what it leaves open is', () => {
  expect(guessInputs(inputOf([1, 3, 8, 8]))[0].shape.why).toBeUndefined()
  expect(guessInputs(inputOf(['N', 3, 8, 8]))[0].shape.why).toContain('batch')
  expect(guessInputs(inputOf([1, 3, 'H', 'W']))[0].shape.why).toContain('2, 3')
  expect(guessInputs(inputOf([1, 3, 8, 8]))[0].typeTrain.why).toContain('bgr')
})

describe('normalisation', () => {
  test('by the number of classes, else pixels / 255', () => {
    const meanOf = (classes: number): string | undefined =>
      guessInputs(inputOf([1, 3, 8, 8], [[1, classes]]))[0].norm.value.mean
    expect(meanOf(1000)).toBe('123.675 116.28 103.53')
    expect(meanOf(1001)).toBe('127.5')
    expect(guessInputs(inputOf([1, 3, 8, 8]))[0].norm.value).toEqual({ type: 'data_scale', scale: '0.003921568627451' })
    expect(guessInputs(inputOf([1, 64, 8, 8]))[0].norm).toEqual({ value: { type: 'no_preprocess' }, why: undefined })
  })

  test('none where the model does it before its first Conv, also behind a Transpose', () => {
    for (const transposed of [false, true]) {
      const network = new Network()
      let x = network.input('x', [1, 3, 8, 8])
      if (transposed) x = network.node('Transpose', [x])
      const scaled = network.node('Mul', [x, network.floats([1 / 255])])
      network.output(network.node('Relu', [scaled]))
      const [{ norm }] = guessInputs(network.model().graph)
      expect(norm.value.type).toBe('no_preprocess')
      expect(norm.why).toContain('mul')
    }
  })

  test('arithmetic behind a Conv is not normalisation', () => {
    const network = new Network()
    const conv = network.conv(network.input('x', [1, 3, 8, 8]), [4, 3, 1, 1])
    network.output(network.node('Mul', [conv, network.floats([2])]))
    expect(guessInputs(network.model().graph)[0].norm.value.type).toBe('data_scale')
  })
})
