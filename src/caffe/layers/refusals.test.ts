/** What a layer cannot do is said at its place, with what to change. */
import { describe, expect, test } from 'vitest'
import { readNet } from '../../../test/support/caffe-net.ts'
import { told } from '../../../test/support/told.ts'

/** The answer to a net of one layer in line 2; inputs x0, x1... */
function answer(type: string, params: string, ...shapes: readonly (readonly number[])[]): string[] {
  const inputs = shapes.map((shape, i) => `input: "x${i}" input_shape { dim: [${shape.join(', ')}] }`)
  const bottoms = shapes.map((_, i) => `bottom: "x${i}"`)
  const text = `${inputs.join(' ')}\nlayer { name: "y" type: "${type}" ${bottoms.join(' ')} top: "y" ${params} }`
  const [, message, place, ...rest] = told(() => readNet(text, [{ name: 'y', blobs: [] }])).split('\n')
  expect(place).toMatch(/^at: net\.prototxt:2:\d+$/)
  expect(rest.at(-1)).toMatch(/^fix: .{10,}/)
  return [message.replace(/^layer 'y' \(\w+\): /, ''), rest.at(-1)!.slice(5)]
}

const MAP = [1, 4, 6, 6]
const PAIR = [MAP, MAP]

describe('windows', () => {
  test.each([
    ['Convolution', 'convolution_param { num_output: 2 }', 'the kernel has no size'],
    ['Convolution', 'convolution_param { kernel_size: 3 }', 'num_output is missing'],
    ['Convolution', 'convolution_param { num_output: 2 kernel_h: 3 }', 'kernel_w is missing'],
    [
      'Convolution',
      'convolution_param { num_output: 2 kernel_size: 3 kernel_h: 3 kernel_w: 3 }',
      'both kernel_size and kernel_h or kernel_w are set',
    ],
    [
      'Convolution',
      'convolution_param { num_output: 2 kernel_size: [1, 2, 3] }',
      '3 values of kernel_size; pictures have two axes',
    ],
    ['Convolution', 'convolution_param { num_output: 2 kernel_size: 3 stride: 0 }', 'stride must be at least 1'],
    [
      'Convolution',
      'convolution_param { num_output: 6 kernel_size: 3 group: 3 }',
      'group 3 does not divide 4 input and 6 output channels',
    ],
    [
      'Convolution',
      'convolution_param { num_output: 2 kernel_size: 3 axis: 2 }',
      'channels on axis 2 are not supported',
    ],
    ['Deconvolution', 'convolution_param { num_output: 2 kernel_size: 0 }', 'kernel_size must be at least 1'],
    [
      'Pooling',
      'pooling_param { pool: STOCHASTIC kernel_size: 2 }',
      'STOCHASTIC pooling is not supported: at test time it is the mean weighted by the values themselves',
    ],
    ['Pooling', '', 'the kernel has no size'],
    ['Pooling', 'pooling_param { kernel_size: 2 pad: 2 }', 'the padding (2x2) must be smaller than the kernel (2x2)'],
    [
      'Pooling',
      'pooling_param { kernel_size: 9 }',
      'the kernel (9x9) is larger than the input (6x6) with its padding (0x0)',
    ],
    [
      'Pooling',
      'pooling_param { kernel_size: 1 stride: 2 }',
      'the last window along the height begins at 6, outside the 6 input values, and Caffe leaves its result undefined',
    ],
    ['SPP', 'spp_param { pyramid_height: 4 }', 'level 4 has 8 bins, more than 6x6 has rows or columns'],
    ['LRN', 'lrn_param { local_size: 4 }', 'local_size 4 has no middle'],
    [
      'LRN',
      'lrn_param { k: 2 norm_region: WITHIN_CHANNEL }',
      'k is 2: Caffe itself takes 1 for k within a channel, other readers take what is written',
    ],
  ])('%s %s', (type, params, message) => {
    expect(answer(type, params, MAP)[0]).toBe(message)
  })

  test('pictures are needed', () => {
    const message = 'the bottom has the shape 1x4; this layer needs N x C x H x W'
    expect(answer('Pooling', 'pooling_param { kernel_size: 2 }', [1, 4])[0]).toBe(message)
    expect(answer('Convolution', 'convolution_param { num_output: 2 kernel_size: 1 }', [1, 4])[0]).toBe(message)
  })

  test('a kernel larger than the input is read where rounding up leaves one window', () => {
    const net =
      'input: "x" input_shape { dim: [1, 1, 2, 2] }\nlayer { name: "y" type: "Pooling" bottom: "x" top: "y" pooling_param { kernel_size: 3 stride: 2 } }'
    expect(readNet(net, [{ name: 'y', blobs: [] }]).model.graph.outputs[0].shape).toEqual([1, 1, 1, 1])
  })
})

describe('shapes', () => {
  test.each([
    ['Eltwise', '', [MAP, [1, 4]], 'bottom 2 is 1x4, the first is 1x4x6x6'],
    ['Eltwise', 'eltwise_param { operation: MAX coeff: 1 coeff: 2 }', PAIR, '2 coeff for 2 bottoms and MAX'],
    ['Eltwise', 'eltwise_param { coeff: 1 }', PAIR, '1 coeff for 2 bottoms and SUM'],
    ['Concat', '', [MAP, [1, 4, 5, 6]], 'bottom 2 is 1x4x5x6, the first is 1x4x6x6; they may differ in axis 1 alone'],
    ['Concat', 'concat_param { axis: 4 }', PAIR, 'axis 4 does not exist: its bottom has 4 dimensions'],
    ['Slice', 'slice_param { slice_point: [1, 2] }', [MAP], '1 tops need 0 slice_point, not 2'],
    ['Crop', '', [MAP, [1, 4, 7, 6]], 'axis 2 has 6 values, too few for 7 from 0 on'],
    ['Crop', 'crop_param { offset: [1, 2, 3] }', [MAP, [1, 4, 3, 3]], '3 offset for the 2 axes from 2 on'],
    ['Permute', 'permute_param { order: [0, 0] }', [MAP], 'order 0, 0 does not name axes of 1x4x6x6 once each'],
    ['Flatten', 'flatten_param { axis: 2 end_axis: 1 }', [MAP], 'end_axis 1 comes before axis 2'],
    [
      'Reshape',
      'reshape_param { shape { dim: [5, -1] } }',
      [MAP],
      '1x4x6x6 has 144 values; they do not fit into the shape 5, -1',
    ],
    [
      'Reshape',
      'reshape_param { shape { dim: [-1, -1] } }',
      [MAP],
      'the shape -1, -1 leaves more than one dimension open',
    ],
    [
      'Reshape',
      'reshape_param { shape { dim: [0, 0, 0, 0, 0] } }',
      [MAP],
      'dim 5 is 0 (copy), but 1x4x6x6 has no axis 4 to copy',
    ],
    ['Tile', '', [MAP], 'tiles is missing or below 1'],
    ['ShuffleChannel', 'shuffle_channel_param { group: 3 }', [MAP], 'group 3 does not divide 4 channels'],
    ['Scale', 'scale_param { axis: 3 num_axes: 2 }', [MAP], "'num_axes' is 2, but from axis 3 on the bottom has 1"],
    ['Scale', '', [MAP, [6]], 'the second bottom (6) does not fit the first (1x4x6x6) from axis 1 on'],
    ['Axpy', '', [MAP, MAP, MAP], 'the bottoms are 1x4x6x6, 1x4x6x6, 1x4x6x6'],
    ['Reorg', 'reorg_param { stride: 3 }', [MAP], '4 channels cannot be divided by stride^2 = 9'],
    [
      'PassThrough',
      'pass_through_param { block_height: 4 block_width: 4 }',
      [MAP],
      'block_height 4 does not divide 6x6',
    ],
    [
      'PassThrough',
      'pass_through_param { num_output: 8 }',
      [MAP],
      'num_output is 8, but 4 channels in 2x2 blocks give 16',
    ],
    ['ArgMax', 'argmax_param { axis: 1 top_k: 5 }', [MAP], 'top_k is 5; there are 4 values'],
    ['Interp', '', [MAP], 'it is not said what size to resize to'],
    [
      'Interp',
      'interp_param { zoom_factor: 2 pad_beg: 1 }',
      [MAP],
      "pad_beg may only cut (be negative), as in DeepLab's own layer",
    ],
    ['Upsample', '', PAIR, "SegNet's Upsample, which puts values where a pooling mask says, is not supported"],
    ['PriorBox', '', PAIR, 'min_size is missing or not above 0'],
    ['PriorBox', 'prior_box_param { min_size: 5 max_size: 4 }', PAIR, 'max_size does not fit min_size'],
    ['Exp', 'exp_param { base: 0 }', [MAP], 'the base 0 has no logarithm to work with'],
    ['Clip', 'clip_param { min: 1 max: 0 }', [MAP], 'min (1) is above max (0)'],
    ['MVN', '', [[1, 4]], 'the bottom has the shape 1x4, which leaves nothing to average over'],
  ] as const)('%s %s', (type, params, shapes, message) => {
    expect(answer(type, params, ...shapes)[0]).toBe(message)
  })
})

test.each([
  'DetectionOutput',
  'Region',
  'Yolo',
  'Proposal',
  'LSTM',
  'Filter',
  'BatchReindex',
  'Embed',
  'Parameter',
  'Python',
  'MaxUnpool',
])('%s is refused by name, as the original checker does, with cause and fix', (type) => {
  const [message, fix] = answer(type, '', MAP)
  expect(message).toBe(`ValueError: Not support layer name=y type=${type}`)
  expect(fix).toMatch(/cut|remove|write|use/)
})
