import { imageSize, makeImage } from '../image/image-tensor.ts'
import { strictObject } from '../text/strict-object.ts'
import { asType } from './params.ts'
import { defineTransformer } from './transformer.ts'

/** To int8: truncated, clipped to -128..127. */
export const f32ToS8Transformer = defineTransformer('F32ToS8Transformer', strictObject({}), (image) => {
  const out = new Int8Array(image.data.length)
  for (let i = 0; i < out.length; i++) out[i] = Math.min(Math.max(Math.trunc(image.data[i]), -128), 127)
  return makeImage(out, image.layout, imageSize(image))
})

/** To uint8: truncated, clipped to 0..255. */
export const f32ToU8Transformer = defineTransformer('F32ToU8Transformer', strictObject({}), (image) =>
  asType(image, 'uint8'),
)
