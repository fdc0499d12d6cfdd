/** Resize, GridSample, RoiAlign. */
import { same, type ShapeFunction, Unknown } from './context.ts'

export const resize: ShapeFunction = (context) => {
  const input = context.shape()
  const axes = (context.node.ints('axes') ?? input.map((_, i) => i)).map((axis) => context.axis(axis))
  const sizes = context.numbers(3)
  const scales = context.numbers(2)
  const roi =
    context.node.string('coordinate_transformation_mode', '') === 'tf_crop_and_resize' ? context.numbers(1) : undefined
  const output = [...input]
  if (sizes && sizes.length > 0) {
    const policy = context.node.string('keep_aspect_ratio_policy', 'stretch')
    const ratios = sizes.map((size, i) => size / input[axes[i]])
    const shared = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios)
    for (const [i, axis] of axes.entries()) {
      output[axis] = policy === 'stretch' ? sizes[i] : Math.floor(shared * input[axis] + 0.5)
    }
  } else if (scales && scales.length > 0) {
    for (const [i, axis] of axes.entries()) {
      const extent = roi && roi.length > 0 ? roi[i + axes.length] - roi[i] : 1
      output[axis] = Math.floor(input[axis] * extent * Math.fround(scales[i]))
    }
  } else {
    throw new Unknown()
  }
  return same(context, output)
}

export const gridSample: ShapeFunction = (context) => {
  const [batch, channels] = context.dims(0)
  const grid = context.dims(1)
  return same(context, [batch, channels, ...grid.slice(1, -1)])
}

export const roiAlign: ShapeFunction = (context) => [
  {
    dtype: context.dtype(),
    shape: [
      context.dims(1)[0],
      context.dims(0)[1],
      context.node.int('output_height', 1),
      context.node.int('output_width', 1),
    ],
  },
]
