/** Scale and Bias: a smaller tensor is spread over the bottom from an axis on. ONNX aligns at the end instead. */
import type { LayerContext, Value } from '../context.ts'
import { canonicalAxis } from './axis.ts'

interface Broadcast {
  readonly axis: number
  readonly num_axes: number
}

/** Shape of the learnt tensor: `num_axes` axes of the bottom from `axis` on; all of them for -1, one number for 0. */
export function learntShape(layer: LayerContext<Broadcast>): readonly number[] {
  const { shape } = layer.bottom
  const { num_axes: count } = layer.params
  if (count === 0) return []
  const axis = canonicalAxis(layer, layer.params.axis, 'axis')
  if (count < -1 || axis + count > shape.length) {
    throw layer.error(
      `'num_axes' is ${count}, but from axis ${axis} on the bottom has ${shape.length - axis}`,
      'give a smaller num_axes, or -1 for all axes',
      'num_axes',
    )
  }
  return count === -1 ? shape.slice(axis) : shape.slice(axis, axis + count)
}

/** A learnt tensor with ones behind it, so that ONNX aligns it as Caffe does. */
export function aligned(layer: LayerContext<Broadcast>, learnt: readonly number[]): number[] {
  const rank = layer.bottom.shape.length
  if (learnt.length === 0) return []
  const axis = canonicalAxis(layer, layer.params.axis, 'axis')
  return [...learnt, ...Array<number>(rank - axis - learnt.length).fill(1)]
}

/** The second bottom with ones behind its axes, by a Reshape where there are any; checked against the first. */
export function alignedBottom(layer: LayerContext<Broadcast>): Value {
  const [{ shape }, second] = layer.bottoms
  if (second.shape.length === 0) return second
  const axis = canonicalAxis(layer, layer.params.axis, 'axis')
  const fits =
    axis + second.shape.length <= shape.length && second.shape.every((dim, i) => dim === 1 || dim === shape[axis + i])
  if (!fits) {
    throw layer.error(
      `the second bottom (${second.shape.join('x')}) does not fit the first (${shape.join('x')}) from axis ${axis} on`,
      'set axis to the axis of the first bottom that the second begins at',
      'axis',
    )
  }
  const wanted = aligned(layer, second.shape)
  if (wanted.length === second.shape.length) return second
  return layer.emit('Reshape', [second, layer.int64s('shape', wanted)], {}, 'reshape')
}
