/** Crop of the first bottom to the second one's size from `axis` on -> Slice. */
import { int, uints } from '../prototxt/fields.ts'
import { canonicalAxis } from './parts/axis.ts'
import { defineLayer } from './layer.ts'

export const crop = defineLayer({
  types: ['Crop'],
  parameter: 'crop_param',
  fields: { axis: int(2), offset: uints() },
  bottoms: 2,
  convert(layer) {
    const [x, like] = layer.bottoms
    const first = canonicalAxis(layer, layer.params.axis, 'axis')
    const axes = x.shape.map((_, axis) => axis).slice(first)
    const { offset } = layer.params
    if (like.shape.length !== x.shape.length) {
      throw layer.error(
        `the bottoms are ${x.shape.join('x')} and ${like.shape.join('x')}`,
        'both bottoms need the same number of axes',
      )
    }
    if (offset.length > 1 && offset.length !== axes.length) {
      throw layer.error(
        `${offset.length} offset for the ${axes.length} axes from ${first} on`,
        'give none, one for all, or one per axis',
        'offset',
      )
    }
    const starts = axes.map((_, i) => offset[offset.length > 1 ? i : 0] ?? 0)
    const ends = starts.map((start, i) => start + like.shape[axes[i]])
    for (const [i, end] of ends.entries()) {
      const axis = axes[i]
      if (end <= x.shape[axis]) continue
      throw layer.error(
        `axis ${axis} has ${x.shape[axis]} values, too few for ${like.shape[axis]} from ${starts[i]} on`,
        'reduce the offset, or exchange the bottoms: the first is cropped to the size of the second',
        offset.length > 0 ? 'offset' : undefined,
      )
    }
    if (axes.every((axis) => like.shape[axis] === x.shape[axis])) return x
    return layer.emit('Slice', [
      x,
      layer.int64s('starts', starts),
      layer.int64s('ends', ends),
      layer.int64s('axes', axes),
    ])
  },
})
