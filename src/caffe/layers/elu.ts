/** ELU -> Elu. */
import { float as floatAttribute } from '../../ir/node.ts'
import { float } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'

export const elu = defineLayer({
  types: ['ELU'],
  parameter: 'elu_param',
  fields: { alpha: float(1) },
  convert: (layer) => layer.emit('Elu', [layer.bottom], { alpha: floatAttribute(layer.params.alpha) }),
})
