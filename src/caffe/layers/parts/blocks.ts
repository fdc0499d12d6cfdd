/** Sizes of layers that move blocks of pixels into channels. */
import type { LayerContext } from '../context.ts'
import { pictures } from './pictures.ts'

/** Batch, channels, height, width of the bottom, whose height and width the block divides. */
export function dividedByBlock<P>(
  layer: LayerContext<P>,
  block: number,
  field: keyof P & string,
): [number, number, number, number] {
  const shape = pictures(layer, layer.bottom)
  if (block === 0 || shape[2] % block !== 0 || shape[3] % block !== 0) {
    throw layer.error(
      `${field} ${block} does not divide ${shape[2]}x${shape[3]}`,
      `correct ${field}, or give the net an input whose size it divides`,
      layer.has(field) ? field : undefined,
    )
  }
  return shape
}
