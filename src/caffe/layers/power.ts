/** Power: (shift + scale x)^power -> Mul, Add, Pow, each where it changes anything. */
import { float } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { affine } from './parts/affine.ts'

export const power = defineLayer({
  types: ['Power'],
  parameter: 'power_param',
  fields: { power: float(1), scale: float(1), shift: float(0) },
  convert(layer) {
    const { power: exponent, scale, shift } = layer.params
    // Caffe fills the top with 1, also where 0^0 would stand
    if (exponent === 0) return affine(layer, layer.bottom, 0, 1, true)
    if (exponent === 1) return affine(layer, layer.bottom, scale, shift, true)
    const inner = affine(layer, layer.bottom, scale, shift)
    return layer.emit('Pow', [inner, layer.scalar('exponent', exponent)])
  },
})
