/** ReLU -> Relu, or LeakyRelu where negative_slope is set. ReLU6 of forks -> Clip. */
import { float as floatAttribute } from '../../ir/node.ts'
import { float, ignored } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { clip } from './parts/clip.ts'

export const relu = defineLayer({
  types: ['ReLU'],
  parameter: 'relu_param',
  fields: { negative_slope: float(0), engine: ignored },
  convert(layer) {
    const { negative_slope: slope } = layer.params
    if (slope === 0) return layer.emit('Relu', [layer.bottom])
    return layer.emit('LeakyRelu', [layer.bottom], { alpha: floatAttribute(slope) })
  },
})

export const relu6 = defineLayer({
  types: ['ReLU6'],
  convert: (layer) => clip(layer, 0, 6),
})
