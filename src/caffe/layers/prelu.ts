/** PReLU -> PRelu with one slope per channel; with one slope for all (channel_shared) it is a LeakyRelu. */
import { float as floatAttribute } from '../../ir/node.ts'
import { bool, ignored } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'

export const prelu = defineLayer({
  types: ['PReLU'],
  parameter: 'prelu_param',
  fields: { channel_shared: bool(false), filler: ignored },
  convert(layer) {
    const { shape } = layer.bottom
    if (layer.params.channel_shared) {
      const [slope] = layer.blob(0, 'slope', []).floats()
      return layer.emit('LeakyRelu', [layer.bottom], { alpha: floatAttribute(slope) })
    }
    if (shape.length < 2) throw layer.error('the bottom has no channels (axis 1)', 'set channel_shared: true')
    const slopes = layer.blob(0, 'slopes', [shape[1]])
    // ONNX aligns shapes at the end
    const aligned = slopes.reshape([shape[1], ...shape.slice(2).map(() => 1)])
    return layer.emit('PRelu', [layer.bottom, layer.constant('slopes', aligned)])
  },
})
