/** Log: log_base(shift + scale x) -> Log and a factor; base -1 stands for e. */
import { float } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { affine } from './parts/affine.ts'
import { logOfBase } from './parts/log-of-base.ts'

export const log = defineLayer({
  types: ['Log'],
  parameter: 'log_param',
  fields: { base: float(-1), scale: float(1), shift: float(0) },
  convert(layer) {
    const { scale, shift } = layer.params
    const factor = 1 / logOfBase(layer)
    const result = layer.emit('Log', [affine(layer, layer.bottom, scale, shift)])
    return factor === 1 ? result : layer.emit('Mul', [result, layer.scalar('factor', factor)], {}, 'change_base')
  },
})
