/** Dropout: nothing at TEST, because training has scaled up already; without `scale_train`, times 1 - ratio. */
import { bool, float } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'

export const dropout = defineLayer({
  types: ['Dropout'],
  parameter: 'dropout_param',
  fields: { dropout_ratio: float(0.5), scale_train: bool(true) },
  convert(layer) {
    const { dropout_ratio: ratio, scale_train: scaled } = layer.params
    return scaled ? layer.bottom : layer.emit('Mul', [layer.bottom, layer.scalar('scale', 1 - ratio)])
  },
})
