/** Cutting out of the middle. */
import * as z from 'zod'
import { DataError } from '../errors.ts'
import { toFloat32 } from '../image/image-tensor.ts'
import { roundHalfEven, type Size } from '../image/resize-cv-taps.ts'
import { strictObject } from '../text/strict-object.ts'
import { shifted, type Placed } from './geometry.ts'
import { asType, dataType, side } from './params.ts'
import { defineCropTransformer } from './transformer.ts'

/** Centre square, start at H//2 - crop//2. */
export const centerCropTransformer = defineCropTransformer(
  'CenterCropTransformer',
  strictObject({ crop_size: side, data_type: dataType.default('float') }),
  (from, { crop_size }) => {
    const half = Math.floor(crop_size / 2)
    return square(from, crop_size, (length) => Math.floor(length / 2) - half, 'CenterCropTransformer')
  },
  (inside, { data_type }) => asType(inside, data_type),
)

/** Centre square, start at round((H - size) / 2) with Python's rounding; float32. */
export const pilCenterCropTransformer = defineCropTransformer(
  'PILCenterCropTransformer',
  strictObject({ size: side }),
  (from, { size }) => square(from, size, (length) => roundHalfEven((length - size) / 2), 'PILCenterCropTransformer'),
  toFloat32,
)

/** EfficientNet's centre square of int(image_size / (image_size + crop_pad) * short side); a resize follows it. */
export const paddedCenterCropTransformer = defineCropTransformer(
  'PaddedCenterCropTransformer',
  strictObject({ image_size: side.default(224), crop_pad: z.int().nonnegative().default(32) }),
  (from, { image_size, crop_pad }) => {
    const size = Math.trunc((image_size / (image_size + crop_pad)) * Math.min(from.height, from.width))
    return square(from, size, (length) => Math.floor((length - size + 1) / 2), 'PaddedCenterCropTransformer')
  },
  (inside) => inside,
)

/**
 * Wide pictures: the centre square. Tall ones keep their width and (height - width) // 2 + width rows from the top, so that 70 x 100
 * (width x height) becomes 70 x 85: half of what a centre square would take away. float32.
 */
export const longSideCropTransformer = defineCropTransformer(
  'LongSideCropTransformer',
  strictObject({}),
  ({ height, width }) => {
    const excess = Math.floor(Math.abs(width - height) / 2)
    return width > height
      ? shifted({ height, width: height }, { left: -excess, top: 0 })
      : shifted({ height: excess + width, width }, { left: 0, top: 0 })
  },
  toFloat32,
)

/** A square window whose first row and column `start` computes from the side of the picture. */
function square(from: Size, size: number, start: (length: number) => number, name: string): Placed {
  if (from.height < size || from.width < size) {
    const message = `${name} cuts ${size} x ${size} out of a picture of ${from.height} x ${from.width}`
    throw new DataError('DATA_WRONG_SIZE', message, {
      stage: 'preprocess',
      fix: 'put a resize before it whose short side is at least the crop',
    })
  }
  return shifted({ height: size, width: size }, { left: -start(from.width), top: -start(from.height) })
}
