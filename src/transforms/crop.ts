/** Cutting out of the middle. */
import * as z from 'zod'
import { DataError } from '../errors.ts'
import { crop } from '../image/crop.ts'
import { imageSize, toFloat32, type ImageTensor } from '../image/image-tensor.ts'
import { asType, dataType, side } from './params.ts'
import { defineTransformer } from './transformer.ts'
import { roundHalfEven } from '../image/resize-cv-taps.ts'
import { strictObject } from '../text/strict-object.ts'

/** Centre square, start at H//2 - crop//2. */
export const centerCropTransformer = defineTransformer(
  'CenterCropTransformer',
  strictObject({ crop_size: side, data_type: dataType.default('float') }),
  (image, { crop_size, data_type }) => {
    const { height, width } = imageSize(image)
    const half = Math.floor(crop_size / 2)
    const start = { top: Math.floor(height / 2) - half, left: Math.floor(width / 2) - half }
    return asType(square(image, start, crop_size, 'CenterCropTransformer'), data_type)
  },
)

/** Centre square, start at round((H - size) / 2) with Python's rounding; float32. */
export const pilCenterCropTransformer = defineTransformer(
  'PILCenterCropTransformer',
  strictObject({ size: side }),
  (image, { size }) => {
    const { height, width } = imageSize(image)
    const start = { top: roundHalfEven((height - size) / 2), left: roundHalfEven((width - size) / 2) }
    return toFloat32(square(image, start, size, 'PILCenterCropTransformer'))
  },
)

/** EfficientNet's centre square of int(image_size / (image_size + crop_pad) * short side); a resize follows it. */
export const paddedCenterCropTransformer = defineTransformer(
  'PaddedCenterCropTransformer',
  strictObject({ image_size: side.default(224), crop_pad: z.int().nonnegative().default(32) }),
  (image, { image_size, crop_pad }) => {
    const { height, width } = imageSize(image)
    const size = Math.trunc((image_size / (image_size + crop_pad)) * Math.min(height, width))
    const start = { top: Math.floor((height - size + 1) / 2), left: Math.floor((width - size + 1) / 2) }
    return square(image, start, size, 'PaddedCenterCropTransformer')
  },
)

function square(image: ImageTensor, start: { top: number; left: number }, size: number, name: string): ImageTensor {
  const { height, width } = imageSize(image)
  if (height >= size && width >= size) return crop(image, { ...start, height: size, width: size })
  throw new DataError('DATA_WRONG_SIZE', `${name} cuts ${size} x ${size} out of a picture of ${height} x ${width}`, {
    stage: 'preprocess',
    fix: 'put a resize before it whose short side is at least the crop',
  })
}
