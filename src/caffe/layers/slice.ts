/** Slice into several tops, at slice_point or in equal parts -> Split. */
import { int as attribute } from '../../ir/node.ts'
import { int, uint, uints } from '../prototxt/fields.ts'
import { canonicalAxis } from './parts/axis.ts'
import { defineLayer } from './layer.ts'

export const slice = defineLayer({
  types: ['Slice'],
  parameter: 'slice_param',
  fields: { axis: int(1), slice_point: uints(), slice_dim: uint() },
  tops: [1, Infinity],
  convert(layer) {
    const { axis, slice_dim: old, slice_point: points } = layer.params
    const along = old === undefined ? canonicalAxis(layer, axis, 'axis') : canonicalAxis(layer, old, 'slice_dim')
    const size = layer.bottom.shape[along]
    const count = layer.topCount
    if (points.length === 0 && size % count !== 0) {
      throw layer.error(
        `axis ${along} has ${size} values, which ${count} tops cannot share equally`,
        'add slice_point for each border',
      )
    }
    if (points.length > 0 && points.length !== count - 1) {
      throw layer.error(
        `${count} tops need ${count - 1} slice_point, not ${points.length}`,
        'give one slice_point per border',
        'slice_point',
      )
    }
    if (count === 1) return layer.bottom
    const borders =
      points.length > 0 ? [0, ...points, size] : Array.from({ length: count + 1 }, (_, i) => (i * size) / count)
    const sizes = borders.slice(1).map((border, i) => border - borders[i])
    if (sizes.some((part) => part < 1)) {
      throw layer.error(
        `the slice_point ${points.join(', ')} do not rise from 1 to ${size - 1}`,
        'correct the borders',
        'slice_point',
      )
    }
    return layer.emitMany('Split', [layer.bottom, layer.int64s('sizes', sizes)], { axis: attribute(along) }, count)
  },
})
