/** Channel order and gray, as cv2.cvtColor of OpenCV 4.6 does them. */
import { copyStrided, emptyLike, imageSize, makeImage, type ImageTensor } from './image-tensor.ts'

export type ColorOrder = 'rgb' | 'bgr'

/** Distance between neighbouring pixels and between the channels of one pixel. */
export function strides(image: ImageTensor): { pixel: number; channel: number } {
  const { height, width, channels } = imageSize(image)
  return image.layout === 'HWC' ? { pixel: channels, channel: 1 } : { pixel: 1, channel: height * width }
}

/** RGB to BGR or back: the three channels reversed. */
export function swapChannels(image: ImageTensor): ImageTensor {
  const { height, width, channels } = imageSize(image)
  const { pixel, channel } = strides(image)
  const out = emptyLike(image.data, image.data.length)
  for (let c = 0; c < channels; c++) {
    const from = { start: (channels - 1 - c) * channel, step: pixel }
    copyStrided(image.data, from, out, { start: c * channel, step: pixel }, height * width)
  }
  return makeImage(out, image.layout, { height, width, channels })
}

/** Red, green and blue weights of luma in 15-bit fixed point. */
const GRAY_WEIGHTS = [9798, 19235, 3735] as const
const GRAY_BITS = 15

/**
 * One channel of luma: 0.299 R + 0.587 G + 0.114 B.
 *
 * uint8 in OpenCV's 15-bit fixed point, float32 in float32 arithmetic.
 */
export function toGray(image: ImageTensor, order: ColorOrder): ImageTensor {
  const { height, width } = imageSize(image)
  const { pixel, channel } = strides(image)
  const red = order === 'rgb' ? 0 : 2 * channel
  const blue = order === 'rgb' ? 2 * channel : 0
  const source = image.data
  const pixels = height * width
  const out = emptyLike(source, pixels)
  if (source instanceof Float32Array) {
    const [wr, wg, wb] = [0.299, 0.587, 0.114].map(Math.fround) as [number, number, number]
    for (let i = 0, p = 0; i < pixels; i++, p += pixel) {
      const first = Math.fround(source[p + red] * wr)
      out[i] = Math.fround(first + Math.fround(source[p + channel] * wg)) + Math.fround(source[p + blue] * wb)
    }
  } else {
    const [wr, wg, wb] = GRAY_WEIGHTS
    for (let i = 0, p = 0; i < pixels; i++, p += pixel) {
      const sum = source[p + red] * wr + source[p + channel] * wg + source[p + blue] * wb
      out[i] = (sum + (1 << (GRAY_BITS - 1))) >> GRAY_BITS
    }
  }
  return makeImage(out, image.layout, { height, width, channels: 1 })
}
