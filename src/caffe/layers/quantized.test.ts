/** Layers between Convolutions run as integer kernels, and compute what integer arithmetic says (`checkEmitted`). */
import { expect, test } from 'vitest'
import { readNet } from '../../../test/support/caffe-net.ts'
import { caffemodelBytes } from '../../../test/support/caffemodel.ts'
import { checkEmitted } from '../../../test/support/check-emitted.ts'
import { inventWeights } from '../../../test/support/invented-weights.ts'

const layer = (name: string, type: string, bottom: string, more = ''): string =>
  `layer { name: "${name}" type: "${type}" bottom: "${bottom}" top: "${name}" ${more} }\n`
const conv = (name: string, bottom: string): string =>
  layer(name, 'Convolution', bottom, 'convolution_param { num_output: 4 kernel_size: 1 }')
const dense = (name: string, bottom: string): string =>
  layer(name, 'InnerProduct', bottom, 'inner_product_param { num_output: 5 }')
const pool = (params: string): string =>
  conv('a', 'x') + layer('y', 'Pooling', 'a', `pooling_param { ${params} }`) + conv('b', 'y')

test.each([
  ['MAX, clipped', pool('pool: MAX kernel_size: 3 stride: 2'), 'Conv:1 NhwcMaxPool:1 QLinearConv:1'],
  ['AVE', pool('pool: AVE kernel_size: 2 stride: 2'), 'Conv:1 QLinearAveragePool:1 QLinearConv:1'],
  ['AVE, clipped', pool('pool: AVE kernel_size: 3 stride: 2'), 'Conv:1 QLinearAveragePool:1 QLinearConv:1'],
  ['AVE, padded', pool('pool: AVE kernel_size: 3 pad: 1'), 'Conv:1 QLinearAveragePool:1 QLinearConv:1'],
  [
    'AVE, padded and clipped',
    pool('pool: AVE kernel_size: 3 stride: 2 pad: 1'),
    'Conv:1 Pad:1 QLinearAveragePool:1 QLinearConv:1',
  ],
  [
    'BatchNorm and Scale without a Convolution before them',
    conv('a', 'x') +
      conv('b', 'x') +
      layer('sum', 'Eltwise', 'a', 'bottom: "b"') +
      layer('bn', 'BatchNorm', 'sum') +
      layer('scale', 'Scale', 'bn', 'scale_param { bias_term: true }') +
      layer('relu', 'ReLU', 'scale') +
      conv('c', 'relu'),
    'Conv:1 QLinearAdd:1 QLinearConv:3',
  ],
  [
    'two InnerProducts with a ReLU between them',
    dense('a', 'x') + layer('relu', 'ReLU', 'a') + dense('b', 'relu'),
    'Conv:1 QLinearConv:1 Reshape:1',
  ],
])('%s', async (_, body, fused) => {
  const prototxt = `input: "x" input_shape { dim: [1, 3, 6, 6] }\n${body}`
  const net = readNet(prototxt, caffemodelBytes(await inventWeights(prototxt)))
  expect((await checkEmitted(net.model)).fused).toBe(fused)
})
