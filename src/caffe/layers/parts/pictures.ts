/** Layers that slide a window or resize need N x C x H x W. */
import type { LayerContext, Value } from '../context.ts'

/** Batch, channels, height and width of a bottom; refuses every other rank. */
export function pictures<P>(layer: LayerContext<P>, { shape }: Value): [number, number, number, number] {
  if (shape.length !== 4) {
    throw layer.error(
      `the bottom has the shape ${shape.join('x') || 'of one number'}; this layer needs N x C x H x W`,
      'give the net an input of four dimensions, or Reshape before this layer',
    )
  }
  return [shape[0], shape[1], shape[2], shape[3]]
}
