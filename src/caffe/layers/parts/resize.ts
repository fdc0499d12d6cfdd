/** Resize of height and width. */
import { string } from '../../../ir/node.ts'
import { Tensor } from '../../../ir/tensor.ts'
import type { LayerContext, Value } from '../context.ts'
import { pictures } from './pictures.ts'

/** How output places become input places: corners on corners, pixel centres, or the origin on the origin. */
export type Coordinates = 'align_corners' | 'half_pixel' | 'asymmetric'

/** Bilinear or nearest (rounded down) resizing to a size. */
export function resizeTo<P>(
  layer: LayerContext<P>,
  x: Value,
  size: readonly [height: number, width: number],
  mode: 'linear' | 'nearest',
  coordinates: Coordinates,
): Value {
  const [batch, channels] = pictures(layer, x)
  const sizes = layer.constant('sizes', Tensor.int64([4], [batch, channels, ...size]))
  return layer.emit('Resize', [x, undefined, undefined, sizes], {
    mode: string(mode),
    coordinate_transformation_mode: string(coordinates),
    ...(mode === 'nearest' ? { nearest_mode: string('floor') } : {}),
  })
}
