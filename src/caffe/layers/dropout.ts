/** Dropout does nothing once trained, as training already scaled; with scale_train: false it is a factor. */
import { bool, float } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { affine } from './parts/affine.ts'

export const dropout = defineLayer({
  types: ['Dropout'],
  parameter: 'dropout_param',
  fields: { dropout_ratio: float(0.5), scale_train: bool(true) },
  convert(layer) {
    const { dropout_ratio: ratio, scale_train: scaled } = layer.params
    return affine(layer, layer.bottom, scaled ? 1 : 1 - ratio, 0, true)
  },
})
