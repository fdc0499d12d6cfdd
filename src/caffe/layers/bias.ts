/** Bias: plus a learnt tensor or the second bottom -> Add. */
import { ignored, int } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { aligned, alignedBottom, learntShape } from './parts/broadcast.ts'

export const bias = defineLayer({
  types: ['Bias'],
  parameter: 'bias_param',
  fields: { axis: int(1), num_axes: int(1), filler: ignored },
  bottoms: [1, 2],
  convert(layer) {
    if (layer.bottoms.length === 2) return layer.emit('Add', [layer.bottom, alignedBottom(layer)])
    const shape = learntShape(layer)
    const learnt = layer.blob(0, 'biases', shape).reshape(aligned(layer, shape))
    return layer.emit('Add', [layer.bottom, layer.constant('bias', learnt)])
  },
})
