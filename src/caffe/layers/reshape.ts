/** Reshape of the axes from `axis` on (`num_axes` of them): 0 copies a dimension, -1 is inferred -> Reshape. */
import { elementCount } from '../../ir/tensor.ts'
import { int, message, SHAPE_FIELDS } from '../prototxt/fields.ts'
import { defineLayer } from './layer.ts'
import { reshaped } from './parts/reshaped.ts'

export const reshape = defineLayer({
  types: ['Reshape'],
  parameter: 'reshape_param',
  fields: { shape: message(SHAPE_FIELDS), axis: int(0), num_axes: int(-1) },
  convert(layer) {
    const { shape } = layer.bottom
    const { axis, num_axes: count } = layer.params
    const dims = layer.params.shape?.dim ?? []
    const rank = shape.length
    // -1 is the place behind the last axis (reshape_layer.cpp)
    const first = axis < 0 ? axis + rank + 1 : axis
    if (first < 0 || first > rank)
      throw layer.error(`axis ${axis} does not exist in ${shape.join('x')}`, `give ${-rank - 1} to ${rank}`, 'axis')
    const last = count === -1 ? rank : first + count
    if (count < -1 || last > rank) {
      throw layer.error(
        `num_axes ${count} from axis ${first} on goes beyond ${shape.join('x')}`,
        'give a smaller num_axes, or -1',
        'num_axes',
      )
    }
    const copied = dims.map((dim, i) => {
      if (dim !== 0) return dim
      if (first + i >= last)
        throw layer.error(
          `dim ${i + 1} is 0 (copy), but ${shape.join('x')} has no axis ${first + i} to copy`,
          'write the dimension',
          'shape',
        )
      return shape[first + i]
    })
    if (copied.some((dim) => dim < -1) || copied.filter((dim) => dim === -1).length > 1) {
      throw layer.error(
        `the shape ${dims.join(', ')} leaves more than one dimension open`,
        'at most one dim may be -1, others at least 0',
        'shape',
      )
    }
    const around = [...shape.slice(0, first), ...shape.slice(last)]
    const size = elementCount(shape)
    const known = elementCount(around) * elementCount(copied.filter((dim) => dim !== -1))
    const filled = copied.map((dim) => (dim === -1 ? size / known : dim))
    const result = [...shape.slice(0, first), ...filled, ...shape.slice(last)]
    if (elementCount(result) !== size || filled.some((dim) => !Number.isInteger(dim))) {
      throw layer.error(
        `${shape.join('x')} has ${size} values; they do not fit into the shape ${dims.join(', ')}`,
        'correct the dims, or write -1 for one of them',
        'shape',
      )
    }
    return reshaped(layer, result)
  },
})
