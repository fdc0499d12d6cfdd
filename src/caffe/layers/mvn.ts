/** MVN: (x - mean) / (deviation + eps) per picture and channel, or per picture (across_channels). */
import { bool, float } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { standardise } from './parts/standardise.ts'

export const mvn = defineLayer({
  types: ['MVN'],
  parameter: 'mvn_param',
  fields: { normalize_variance: bool(true), across_channels: bool(false), eps: float(1e-9) },
  convert(layer) {
    const { normalize_variance: variance, across_channels: across, eps: epsilon } = layer.params
    const axes = layer.bottom.shape.map((_, axis) => axis).slice(across ? 1 : 2)
    if (axes.length === 0) {
      throw layer.error(
        `the bottom has the shape ${layer.bottom.shape.join('x')}, which leaves nothing to average over`,
        'give this layer N x C x H x W',
      )
    }
    return standardise(layer, { axes, variance, epsilon, epsilonIn: 'deviation' })
  },
})
