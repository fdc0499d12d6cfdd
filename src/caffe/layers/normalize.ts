/** Normalize of SSD: x / sqrt(eps + sum of x^2) over the channels of each place, or over the whole picture; times a scale. */
import { bool, float, ignored } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { pictures } from './parts/pictures.ts'

export const normalize = defineLayer({
  types: ['Normalize'],
  parameter: 'norm_param',
  fields: { across_spatial: bool(true), channel_shared: bool(true), eps: float(1e-10), scale_filler: ignored },
  convert(layer) {
    const x = layer.bottom
    const channels = pictures(layer, x)[1]
    const { across_spatial: across, channel_shared: shared, eps: epsilon } = layer.params
    const scale = shared ? layer.blob(0, 'scale', []) : layer.blob(0, 'scales', [channels]).reshape([channels, 1, 1])
    const square = layer.emit('Mul', [x, x], {}, 'square')
    const sum = layer.emit('ReduceSum', [square, layer.int64s('axes', across ? [1, 2, 3] : [1])], {}, 'sum')
    const padded = layer.emit('Add', [sum, layer.scalar('epsilon', epsilon)], {}, 'sum_epsilon')
    const unit = layer.emit('Div', [x, layer.emit('Sqrt', [padded], {}, 'length')], {}, 'unit')
    return layer.emit('Mul', [unit, layer.constant('scale', scale)])
  },
})
