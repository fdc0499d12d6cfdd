/** Softmax over one axis, all others kept. */
import { int as attribute } from '../../ir/node.ts'
import { ignored, int } from '../prototxt/fields.ts'
import { canonicalAxis } from './parts/axis.ts'
import { defineLayer } from './layer.ts'

export const softmax = defineLayer({
  types: ['Softmax'],
  parameter: 'softmax_param',
  fields: { axis: int(1), engine: ignored },
  convert: (layer) =>
    layer.emit('Softmax', [layer.bottom], { axis: attribute(canonicalAxis(layer, layer.params.axis, 'axis')) }),
})
