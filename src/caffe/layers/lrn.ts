/**
 * LRN: x / (k + alpha / n * sum of x^2 over n channels)^beta -> LRN, which divides alpha as Caffe does.
 * WITHIN_CHANNEL: the sum runs over n x n neighbours instead (padding divides, too) -> AveragePool of the squares.
 */
import { float as floatAttribute, int, ints } from '../../ir/node.ts'
import { choice, float, ignored, uint } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { affine } from './parts/affine.ts'
import { pictures } from './parts/pictures.ts'

export const lrn = defineLayer({
  types: ['LRN'],
  parameter: 'lrn_param',
  fields: {
    local_size: uint(5),
    alpha: float(1),
    beta: float(0.75),
    k: float(1),
    norm_region: choice(['ACROSS_CHANNELS', 'WITHIN_CHANNEL'], 'ACROSS_CHANNELS'),
    engine: ignored,
  },
  convert(layer) {
    const x = layer.bottom
    const { local_size: size, alpha, beta, k, norm_region: region } = layer.params
    pictures(layer, x)
    if (size % 2 === 0) throw layer.error(`local_size ${size} has no middle`, 'give an odd local_size', 'local_size')
    if (region === 'ACROSS_CHANNELS') {
      const attributes = { alpha: floatAttribute(alpha), beta: floatAttribute(beta), bias: floatAttribute(k) }
      return layer.emit('LRN', [x], { size: int(size), ...attributes })
    }
    if (k !== 1) {
      throw layer.error(
        `k is ${k}: Caffe itself takes 1 for k within a channel, other readers take what is written`,
        'write k: 1 for what Caffe computes',
        'k',
      )
    }
    const half = (size - 1) / 2
    const square = layer.emit('Mul', [x, x], {}, 'square')
    const mean = layer.emit(
      'AveragePool',
      [square],
      { kernel_shape: ints([size, size]), pads: ints([half, half, half, half]), count_include_pad: int(1) },
      'mean',
    )
    const base = affine(layer, mean, alpha, k)
    return layer.emit('Div', [x, layer.emit('Pow', [base, layer.scalar('beta', beta)], {}, 'pow')])
  },
})
