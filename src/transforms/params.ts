/** Parameter kinds that several transformers share, and the checks on an image that go with them. */
import * as z from 'zod'
import { DataError } from '../errors.ts'
import { imageSize, makeImage, toFloat32, type ImageTensor } from '../image/image-tensor.ts'

/** Layout the transformer is told to expect; the manual's default is CHW. */
export const dataFormat = z.enum(['CHW', 'HWC']).default('CHW')
/** [height, width]. */
export const heightWidth = z.tuple([z.int().positive(), z.int().positive()])
export const side = z.int().positive()
/** Element type of the result; `float` is the manual's other word for float32. */
export const dataType = z.enum(['float', 'float32', 'uint8'])
/** OpenCV filter by its cv2 name; '' is cv2's own default, INTER_LINEAR. */
export const cvInterpolation = z
  .enum(['', 'INTER_LINEAR', 'INTER_CUBIC', 'INTER_NEAREST'])
  .default('')
  .transform(
    (name) => ({ '': 'linear', INTER_LINEAR: 'linear', INTER_CUBIC: 'cubic', INTER_NEAREST: 'nearest' } as const)[name],
  )

/** Refuse an image of the other layout: the arithmetic would silently mix rows with channels. */
export function requireLayout(image: ImageTensor, layout: 'CHW' | 'HWC', transformer: string): void {
  if (image.layout === layout) return
  const change = layout === 'CHW' ? 'HWC2CHWTransformer' : 'CHW2HWCTransformer'
  throw new DataError('DATA_WRONG_LAYOUT', `${transformer} expects ${layout}, the image is ${image.layout} here`, {
    stage: 'preprocess',
    fix: `put ${change} before it, or, where it has that parameter, set data_format: ${image.layout}`,
  })
}

/** Refuse images without three colour channels. */
export function requireColor(image: ImageTensor, transformer: string): void {
  const { channels } = imageSize(image)
  if (channels === 3) return
  throw new DataError('DATA_WRONG_CHANNELS', `${transformer} needs 3 channels, the image has ${channels}`, {
    stage: 'preprocess',
    fix: 'remove it from the chain, or put it before the step that drops channels',
  })
}

/** The image in the wanted element type; to uint8 by truncation, as NumPy's astype, but clipped to 0..255. */
export function asType(image: ImageTensor, type: z.output<typeof dataType>): ImageTensor {
  if (type !== 'uint8') return toFloat32(image)
  if (image.dtype === 'uint8') return image
  const source = image.data
  const out = new Uint8Array(source.length)
  for (let i = 0; i < out.length; i++) {
    const value = source[i]
    out[i] = value <= 0 ? 0 : value >= 255 ? 255 : value | 0
  }
  return makeImage(out, image.layout, imageSize(image))
}
