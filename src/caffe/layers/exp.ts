/** Exp: base^(shift + scale x) -> Exp of a multiple of x; base -1 stands for e. */
import { float } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { affine } from './parts/affine.ts'
import { logOfBase } from './parts/log-of-base.ts'

export const exp = defineLayer({
  types: ['Exp'],
  parameter: 'exp_param',
  fields: { base: float(-1), scale: float(1), shift: float(0) },
  convert(layer) {
    const { scale, shift } = layer.params
    const log = logOfBase(layer)
    return layer.emit('Exp', [affine(layer, layer.bottom, log * scale, log * shift)])
  },
})
