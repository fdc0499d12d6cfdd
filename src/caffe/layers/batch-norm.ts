/**
 * BatchNorm -> BatchNormalization with the trained mean and variance, without scale and bias (those are a Scale layer).
 *
 * Blobs: sums of means and variances, and the factor both are divided by; a factor of 0 makes both 0 (batch_norm_layer.cpp).
 * NVCaffe keeps scale and bias in two more blobs.
 */
import { float as floatAttribute } from '../../ir/node.ts'
import { Tensor } from '../../ir/tensor.ts'
import { bool, float, ignored } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { standardise } from './parts/standardise.ts'

export const batchNorm = defineLayer({
  types: ['BatchNorm'],
  parameter: 'batch_norm_param',
  fields: {
    use_global_stats: bool(true),
    eps: float(1e-5),
    moving_average_fraction: ignored,
    /** NVCaffe. */
    scale_bias: bool(false),
    scale_filler: ignored,
    bias_filler: ignored,
    engine: ignored,
  },
  convert(layer) {
    const { shape } = layer.bottom
    if (shape.length < 2)
      throw layer.error(
        `the bottom has the shape ${shape.join('x')}, no channels (axis 1)`,
        'Reshape before this layer',
      )
    const { use_global_stats: trained, eps: epsilon, scale_bias: scaleBias } = layer.params
    if (!trained) {
      layer.warn(
        'use_global_stats: false makes it use mean and variance of the input itself; true would use the trained ones',
      )
      const axes = shape.map((_, axis) => axis).filter((axis) => axis !== 1)
      return standardise(layer, { axes, variance: true, epsilon, epsilonIn: 'variance' })
    }
    const channels = shape[1]
    const [factor] = layer.blob(2, 'scale factor', []).floats()
    const per = factor === 0 ? 0 : 1 / factor
    const mean = layer
      .blob(0, 'means', [channels])
      .floats()
      .map((sum) => sum * per)
    const variance = layer
      .blob(1, 'variances', [channels])
      .floats()
      .map((sum) => sum * per)
    const own = scaleBias || layer.blobCount === 5
    const scale = own ? layer.blob(3, 'scales', [channels]).floats() : new Float32Array(channels).fill(1)
    const bias = own ? layer.blob(4, 'biases', [channels]).floats() : new Float32Array(channels)
    const perChannel = (suffix: string, values: Float32Array) =>
      layer.constant(suffix, Tensor.float32([channels], values))
    const parameters = [
      perChannel('scale', scale),
      perChannel('bias', bias),
      perChannel('mean', mean),
      perChannel('variance', variance),
    ]
    return layer.emit('BatchNormalization', [layer.bottom, ...parameters], { epsilon: floatAttribute(epsilon) })
  },
})
