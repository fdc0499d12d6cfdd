/** CenterNet's affine preparation. */
import * as z from 'zod'
import type { Size } from '../image/resize-cv-taps.ts'
import { warpAffineCv } from '../image/warp-cv.ts'
import { strictObject } from '../text/strict-object.ts'
import type { Placed } from './geometry.ts'
import { heightWidth, requireLayout } from './params.ts'
import { defineGeometricTransformer } from './transformer.ts'

/** The picture's centre to the centre of input_shape, its long side times `scale` to the input's width; the rest is black. */
export const warpAffineTransformer = defineGeometricTransformer(
  'WarpAffineTransformer',
  strictObject({ input_shape: heightWidth, scale: z.number().positive() }),
  (from, { input_shape: [height, width], scale }) => centred(from, { height, width }, scale),
  (image, { size, placement: { scaleX, scaleY, offsetX, offsetY } }) => {
    requireLayout(image, 'HWC', 'WarpAffineTransformer')
    return warpAffineCv(image, [scaleX, 0, offsetX, 0, scaleY, offsetY], size)
  },
)

/**
 * The transform through three pairs of points that CenterNet gives to cv2.getAffineTransform: the centres, the points half a width
 * above them, and those half a width to the left of these. They are float32, which decides the last bits of the scale.
 *
 * cv2 moves pixel numbers by it, not corners, and CenterNet maps boxes back by its plain inverse: so does this placement.
 */
function centred(from: Size, size: Size, scale: number): Placed {
  const { fround } = Math
  const half = (Math.max(from.height, from.width) * scale) / 2
  const centreX = fround(from.width / 2)
  const centreY = fround(from.height / 2)
  const above = fround(centreY - half)
  const left = fround(centreX - fround(centreY - above))
  const scaleX = size.width / 2 / (centreX - left)
  const scaleY = size.width / 2 / (centreY - above)
  const offsetX = size.width / 2 - scaleX * centreX
  const offsetY = size.height / 2 - scaleY * centreY
  return { placement: { scaleX, scaleY, offsetX, offsetY }, size }
}
