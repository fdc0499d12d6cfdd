/** Axes as Caffe counts them: negative ones from the end. */
import type { LayerContext } from '../context.ts'

/**
 * An axis of the first bottom, brought into 0..rank-1. Refuses one that does not exist.
 *
 * @param field where the number stands, for the message
 */
export function canonicalAxis<P>(layer: LayerContext<P>, axis: number, field: keyof P & string): number {
  const rank = layer.bottom.shape.length
  const result = axis < 0 ? axis + rank : axis
  if (result < 0 || result >= rank) {
    throw layer.error(
      `${field} ${axis} does not exist: its bottom has ${rank} dimensions`,
      `give ${-rank} to ${rank - 1}`,
      field,
    )
  }
  return result
}
