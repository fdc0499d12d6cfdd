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
    [[1, 3, 33, 32], 'NCHW', 'rgb', 'rgb', [1, 3, 33, 32]],
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

  type Step = [opType: 'Sub' | 'Add' | 'Mul' | 'Div', constants: readonly number[]]
  const IMAGENET = [0.485, 0.456, 0.406]
  test.each<[string, readonly Step[], string, string]>([
    ['/ 255', [['Div', [255]]], 'no_preprocess', 'normalises pixels 0..255'],
    ['mean colour alone', [['Sub', [104, 117, 123]]], 'no_preprocess', 'normalises pixels 0..255'],
    [
      'to -1..1',
      [
        ['Div', [127.5]],
        ['Sub', [1]],
      ],
      'no_preprocess',
      'normalises pixels 0..255',
    ],
    [
      '/ 255, then as PyTorch',
      [
        ['Mul', [1 / 255]],
        ['Sub', IMAGENET],
        ['Div', [0.225]],
      ],
      'no_preprocess',
      '0..255',
    ],
    [
      'as PyTorch',
      [
        ['Sub', IMAGENET],
        ['Div', [0.229, 0.224, 0.225]],
      ],
      'data_scale',
      'takes pixels 0..1',
    ],
    [
      '0..1 to -1..1',
      [
        ['Mul', [2]],
        ['Sub', [1]],
      ],
      'data_scale',
      'takes pixels 0..1',
    ],
    ['0..1 to 0..255', [['Mul', [255]]], 'data_scale', 'takes pixels 0..1'],
    ['what may be either', [['Mul', [0.25]]], 'no_preprocess', 'seems to normalise'],
    ['a mean taken away elsewhere', [['Mul', [0.017]]], 'no_preprocess', 'seems to normalise'],
    ['a deviation alone', [['Div', [0.225]]], 'no_preprocess', 'seems to normalise'],
    [
      '-1..1 to 0..255',
      [
        ['Add', [1]],
        ['Mul', [127.5]],
      ],
      'no_preprocess',
      'seems to normalise',
    ],
  ])('constants in the graph show the range: %s', (_, steps, type, why) => {
    const network = new Network()
    let x = network.input('x', [1, 3, 8, 8])
    for (const [opType, constants] of steps) {
      x = network.node(opType, [x, network.floats(constants, [1, constants.length, 1, 1])])
    }
    network.output(network.conv(x, [4, 3, 1, 1]))
    const [{ norm }] = guessInputs(network.model().graph)
    expect(norm.value.type).toBe(type)
    expect(norm.why).toContain(why)
    expect(norm.why).toContain(`node ${steps[0][0].toLowerCase()}`)
  })

  test.each([
    ['bytes', 118, 60, 'no_preprocess', 'normalises pixels 0..255'],
    ['0..1', 0.45, 0.25, 'data_scale', 'takes pixels 0..1'],
    ['normalised elsewhere', 0.02, 1, 'no_preprocess', 'seems to normalise'],
    ['a mean taken away elsewhere', 0.3, 60, 'no_preprocess', 'seems to normalise'],
    ['bright pictures of -1..1', 0.1, 0.55, 'no_preprocess', 'seems to normalise'],
  ])('a BatchNormalization in front has seen %s', (_, mean, deviation, type, why) => {
    const network = new Network()
    const statistics = [1, 0, mean, deviation ** 2].map((value) => network.floats([value, value, value]))
    const x = network.node('BatchNormalization', [network.input('x', [1, 3, 8, 8]), ...statistics])
    network.output(network.conv(x, [4, 3, 1, 1]))
    const [{ norm }] = guessInputs(network.model().graph)
    expect([norm.value.type, norm.why]).toEqual([type, expect.stringContaining(why)])
  })

  test('arithmetic behind a Conv is not normalisation', () => {
    const network = new Network()
    const conv = network.conv(network.input('x', [1, 3, 8, 8]), [4, 3, 1, 1])
    network.output(network.node('Mul', [conv, network.floats([2])]))
    expect(guessInputs(network.model().graph)[0].norm.value.type).toBe('data_scale')
  })
})
