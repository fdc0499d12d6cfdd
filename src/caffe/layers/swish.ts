/** Swish of forks: x sigmoid(beta x) -> Sigmoid, Mul, which the passes turn into one look-up where beta is 1. */
import { float } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { affine } from './parts/affine.ts'

export const swish = defineLayer({
  types: ['Swish', 'SiLU'],
  parameter: ['swish_param', 'silu_param'],
  fields: { beta: float(1) },
  convert(layer) {
    const gate = layer.emit('Sigmoid', [affine(layer, layer.bottom, layer.params.beta, 0)], {}, 'sigmoid')
    return layer.emit('Mul', [layer.bottom, gate])
  },
})
