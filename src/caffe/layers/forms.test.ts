/** What layers become: forms that the later stages quantize without further rewriting. */
import { describe, expect, test } from 'vitest'
import { readNet } from '../../../test/support/caffe-net.ts'
import type { WrittenBlob } from '../../../test/support/caffemodel.ts'

/** Operators of a net of one layer `y`, in order, with their pads where they have any. */
function operators(
  type: string,
  params: string,
  shapes: readonly (readonly number[])[] = [[1, 4, 6, 6]],
  blobs: readonly (readonly number[])[] = [],
): string {
  const inputs = shapes.map((shape, i) => `input: "x${i}" input_shape { dim: [${shape.join(', ')}] }\n`)
  const bottoms = shapes.map((_, i) => `bottom: "x${i}"`)
  const text = `${inputs.join('')}layer { name: "y" type: "${type}" ${bottoms.join(' ')} top: "y" ${params} }`
  const written = blobs.map((shape): WrittenBlob => {
    const size = shape.reduce((a, b) => a * b, 1)
    return { shape, values: new Float32Array(size).fill(0.5) }
  })
  const { model } = readNet(text, [{ name: 'y', blobs: written }])
  return model.graph
    .sorted()
    .map((node) => [node.opType, node.ints('pads')?.join('') ?? [], node.int('count_include_pad', 0) ? 'counted' : []])
    .map((parts) => parts.flat().join(' '))
    .join(' | ')
}

describe('pooling', () => {
  test.each([
    ['pool: AVE kernel_size: 2 stride: 2', 'AveragePool 0000'],
    ['pool: AVE kernel_size: 3 pad: 1', 'AveragePool 1111 counted'],
    ['pool: AVE kernel_size: 3 stride: 2', 'AveragePool 0011'],
    ['pool: AVE kernel_size: 3 stride: 2 pad: 1', 'Pad | AveragePool 0011'],
    ['pool: AVE global_pooling: true', 'GlobalAveragePool'],
    ['pool: MAX global_pooling: true', 'GlobalMaxPool'],
    ['pool: MAX kernel_size: 2 stride: 2', 'MaxPool 0000'],
    ['pool: MAX kernel_size: 3 stride: 2', 'MaxPool 0011'],
    ['pool: MAX kernel_size: 3 stride: 2 pad: 1', 'MaxPool 1122'],
    ['pool: MAX kernel_size: 3 stride: 2 round_mode: FLOOR', 'MaxPool 0000'],
    ['pool: MAX kernel_size: 3 stride: 2 ceil_mode: false', 'MaxPool 0000'],
  ])('%s', (params, expected) => {
    expect(operators('Pooling', `pooling_param { ${params} }`)).toBe(expected)
  })
})

describe('one node where one suffices', () => {
  test.each([
    ['InnerProduct', 'inner_product_param { num_output: 2 }', 'Flatten | Gemm', [[2, 144], [2]]],
    ['Scale', 'scale_param { bias_term: true }', 'Mul | Add', [[4], [4]]],
    ['PReLU', 'prelu_param { channel_shared: true }', 'LeakyRelu', [[1]]],
    ['PReLU', '', 'PRelu', [[4]]],
    ['ReLU', '', 'Relu', []],
    ['ReLU6', '', 'Clip', []],
    ['Swish', '', 'Sigmoid | Mul', []],
    ['HSwish', '', 'HardSwish', []],
    ['Power', 'power_param { scale: 2 }', 'Mul', []],
    ['Power', 'power_param { power: 2 shift: 1 }', 'Add | Pow', []],
    ['LRN', '', 'LRN', []],
    ['Upsample', '', 'Resize', []],
    ['PassThrough', '', 'SpaceToDepth', []],
    ['Flatten', '', 'Flatten', []],
    ['Permute', 'permute_param { order: 0 order: 2 order: 3 order: 1 }', 'Transpose', []],
    ['ArgMax', 'argmax_param { axis: 1 }', 'ArgMax', []],
  ])('%s %s: %s', (type, params, expected, blobs) => {
    expect(operators(type, params, [[1, 4, 6, 6]], blobs)).toBe(expected)
  })

  test('an Eltwise of three sums in a chain, a difference is a Sub in either order', () => {
    const shapes = [
      [1, 4, 6, 6],
      [1, 4, 6, 6],
    ]
    expect(operators('Eltwise', '', [...shapes, [1, 4, 6, 6]])).toBe('Add | Add')
    expect(operators('Eltwise', 'eltwise_param { coeff: 1 coeff: -1 }', shapes)).toBe('Sub')
    expect(operators('Eltwise', 'eltwise_param { coeff: -1 coeff: 1 }', shapes)).toBe('Sub')
  })

  test.each([
    ['Flatten', '', [1, 4]],
    ['Reshape', 'reshape_param { shape { dim: 0 dim: -1 } }', [1, 4]],
    ['Permute', 'permute_param { order: 0 }', [1, 4, 6, 6]],
    ['Tile', 'tile_param { tiles: 1 }', [1, 4]],
    ['Power', '', [1, 4]],
    ['Concat', '', [1, 4]],
    ['Interp', 'interp_param { zoom_factor: 1 }', [1, 4, 6, 6]],
    ['ShuffleChannel', 'shuffle_channel_param { group: 4 }', [1, 4, 6, 6]],
  ])('%s that changes nothing is no node but the output', (type, params, shape) => {
    expect(operators(type, params, [shape])).toBe('Identity')
  })
})

test('places that ArgMax finds are integers, and floats where a layer reads them', () => {
  const net = `input: "x" input_shape { dim: [1, 4, 2, 2] }
layer { name: "places" type: "ArgMax" bottom: "x" top: "places" argmax_param { axis: 1 } }`
  expect(readNet(net, [{ name: 'places', blobs: [] }]).model.graph.outputs[0].dtype).toBe('int64')
  const read = `${net}\nlayer { name: "y" type: "Power" bottom: "places" top: "y" power_param { scale: 2 } }`
  const { model } = readNet(read, [{ name: 'places', blobs: [] }])
  expect(model.graph.sorted().map((node) => node.opType)).toEqual(['ArgMax', 'Cast', 'Mul'])
  expect(model.graph.outputs[0].dtype).toBe('float32')
})
