/** ReLU -> Relu, or LeakyRelu with `negative_slope`. */
import { float as attribute } from '../../ir/node.ts'
import { float, ignored } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'

export const relu = defineLayer({
  types: ['ReLU'],
  parameter: 'relu_param',
  fields: { negative_slope: float(0), engine: ignored },
  convert(layer) {
    const { negative_slope: slope } = layer.params
    return slope === 0
      ? layer.emit('Relu', [layer.bottom])
      : layer.emit('LeakyRelu', [layer.bottom], { alpha: attribute(slope) })
  },
})
