/** Flatten of the axes from `axis` to `end_axis` into one -> Flatten, or Reshape where it is not all but the batch. */
import { int as attribute } from '../../ir/node.ts'
import { elementCount } from '../../ir/tensor.ts'
import { int } from '../prototxt/fields.ts'
import { canonicalAxis } from './parts/axis.ts'
import { defineLayer } from './layer.ts'
import { reshaped } from './parts/reshaped.ts'

export const flatten = defineLayer({
  types: ['Flatten'],
  parameter: 'flatten_param',
  fields: { axis: int(1), end_axis: int(-1) },
  convert(layer) {
    const { shape } = layer.bottom
    const first = canonicalAxis(layer, layer.params.axis, 'axis')
    const last = canonicalAxis(layer, layer.params.end_axis, 'end_axis')
    if (last < first) throw layer.error(`end_axis ${last} comes before axis ${first}`, 'exchange them', 'end_axis')
    if (first === 1 && last === shape.length - 1 && shape.length > 2) {
      return layer.emit('Flatten', [layer.bottom], { axis: attribute(1) })
    }
    return reshaped(layer, [
      ...shape.slice(0, first),
      elementCount(shape.slice(first, last + 1)),
      ...shape.slice(last + 1),
    ])
  },
})
