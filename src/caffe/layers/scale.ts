/** Scale: times a learnt tensor or the second bottom, plus a learnt bias -> Mul, Add. Passes fold both into a Conv before. */
import { bool, ignored, int } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { aligned, alignedBottom, learntShape } from './parts/broadcast.ts'

export const scale = defineLayer({
  types: ['Scale'],
  parameter: 'scale_param',
  fields: { axis: int(1), num_axes: int(1), bias_term: bool(false), filler: ignored, bias_filler: ignored },
  bottoms: [1, 2],
  convert(layer) {
    const learnt = layer.bottoms.length === 1
    const shape = learnt ? learntShape(layer) : layer.bottoms[1].shape
    const factor = learnt
      ? layer.constant('scale', layer.blob(0, 'scales', shape).reshape(aligned(layer, shape)))
      : alignedBottom(layer)
    const { bias_term: hasBias } = layer.params
    const scaled = layer.emit('Mul', [layer.bottom, factor])
    if (!hasBias) return scaled
    const bias = layer.blob(learnt ? 1 : 0, 'biases', shape).reshape(aligned(layer, shape))
    return layer.emit('Add', [scaled, layer.constant('bias', bias)], {}, 'bias')
  },
})
