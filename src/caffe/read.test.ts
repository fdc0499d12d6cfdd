import { describe, expect, test } from 'vitest'
import { listing, readNet } from '../../test/support/caffe-net.ts'
import type { WrittenLayer } from '../../test/support/caffemodel.ts'

const INPUT = 'input: "data" input_shape { dim: [1, 2, 4, 4] }\n'
const CONV = `layer { name: "conv" type: "Convolution" bottom: "data" top: "conv"
  convolution_param { num_output: 3 kernel_size: 3 bias_term: false } }\n`
const WEIGHTS: WrittenLayer[] = [
  { name: 'conv', blobs: [{ shape: [3, 2, 3, 3], values: new Float32Array(54).fill(0.5) }] },
]
const layer = (name: string, type: string, bottom: string, top: string, more = ''): string =>
  `layer { name: "${name}" type: "${type}" bottom: "${bottom}" top: "${top}" ${more} }\n`

describe('blobs become values', () => {
  test('a blob written in place is a new value; the last one has its name', () => {
    const net = readNet(
      INPUT + CONV + layer('relu', 'ReLU', 'conv', 'conv') + layer('prob', 'Softmax', 'conv', 'prob'),
      WEIGHTS,
    )
    expect(listing(net)).toEqual([
      'Conv conv(data, conv_weights) -> conv_1 1x3x2x2',
      'Relu relu(conv_1) -> conv 1x3x2x2',
      'Softmax prob(conv) -> prob 1x3x2x2',
    ])
    expect(net.model.graph.outputs).toEqual([{ name: 'prob', dtype: 'float32', shape: [1, 3, 2, 2] }])
  })
  test('a blob produced twice: later readers see the later one', () => {
    const net = readNet(
      INPUT +
        layer('a', 'ReLU', 'data', 'x') +
        layer('b', 'Softmax', 'x', 'y') +
        layer('c', 'Softmax', 'data', 'x') +
        layer('d', 'ReLU', 'x', 'z'),
      WEIGHTS,
    )
    expect(listing(net)).toEqual([
      'Relu a(data) -> a 1x2x4x4',
      'Softmax b(a) -> y 1x2x4x4',
      'Softmax c(data) -> x 1x2x4x4',
      'Relu d(x) -> z 1x2x4x4',
    ])
    expect(net.model.graph.outputs.map(({ name }) => name)).toEqual(['y', 'z'])
  })
  test('a layer that computes nothing gives its blob the value it reads', () => {
    const net = readNet(INPUT + CONV + layer('drop', 'Dropout', 'conv', 'conv'), WEIGHTS)
    expect(listing(net)).toEqual(['Conv conv(data, conv_weights) -> conv 1x3x2x2'])
  })
  test('outputs that share a value each have their name', () => {
    const split = 'layer { name: "split" type: "Split" bottom: "conv" top: "a" top: "b" }\n'
    const net = readNet(INPUT + CONV + split, WEIGHTS)
    expect(listing(net)).toEqual([
      'Conv conv(data, conv_weights) -> conv 1x3x2x2',
      'Identity a_output(conv) -> a 1x3x2x2',
      'Identity b_output(conv) -> b 1x3x2x2',
    ])
    expect(net.model.graph.outputs.map(({ name }) => name)).toEqual(['a', 'b'])
  })
  test('an input written in place stays the input', () => {
    const net = readNet(INPUT + layer('relu', 'ReLU', 'data', 'data') + CONV, WEIGHTS)
    expect(listing(net)).toEqual(['Relu relu(data) -> relu 1x2x4x4', 'Conv conv(relu, conv_weights) -> conv 1x3x2x2'])
  })
})
