/**
 * cv2.resize as OpenCV 4.6 computes it on x86, bit for bit: INTER_LINEAR, INTER_CUBIC and INTER_NEAREST on uint8 and float32.
 *
 * Both filters sample the picture at their own support only: shrinking aliases, unlike Pillow and skimage.
 */
import { crop, type Rectangle } from './crop.ts'
import { imageSize, makeImage, type ImageTensor } from './image-tensor.ts'
import { resizeCvCubic } from './resize-cv-cubic.ts'
import { halveCv } from './resize-cv-halve.ts'
import { resizeCvLinear } from './resize-cv-linear.ts'
import { roundHalfEven, scaleOf, type Size } from './resize-cv-taps.ts'

export type CvInterpolation = 'linear' | 'cubic' | 'nearest'

/**
 * Resize an HWC image of 1, 3 or 4 channels to `size`; dtype and layout stay.
 *
 * Of the result only `window` is made: the same pixels as cutting it out afterwards.
 */
export function resizeCv(
  image: ImageTensor,
  size: Size,
  interpolation: CvInterpolation,
  window: Rectangle = { top: 0, left: 0, ...size },
): ImageTensor {
  const source = imageSize(image)
  if (source.height === size.height && source.width === size.width) return crop(image, window)
  if (interpolation === 'linear') {
    const scale = { x: scaleOf(source.width, size.width), y: scaleOf(source.height, size.height) }
    return linear(image, size, scale, window)
  }
  const resize = interpolation === 'cubic' ? resizeCvCubic : resizeCvNearest
  return crop(makeImage(resize(cvPixels(image), source, size), 'HWC', { ...size, channels: source.channels }), window)
}

function linear(image: ImageTensor, size: Size, scale: { x: number; y: number }, window: Rectangle): ImageTensor {
  const source = imageSize(image)
  const { channels } = source
  const data = cvPixels(image)
  // OpenCV turns an exact halving into INTER_AREA.
  if (scale.x === 2 && scale.y === 2) {
    return crop(makeImage(halveCv(data, source, size), 'HWC', { ...size, channels }), window)
  }
  const { height, width } = window
  return makeImage(resizeCvLinear(data, source, scale, window), 'HWC', { height, width, channels })
}

/** Size of the picture that cv2.resize(image, None, fx=factor, fy=factor) makes. */
export function sizeByFactor(from: Size, factor: number): Size {
  return { height: roundHalfEven(from.height * factor), width: roundHalfEven(from.width * factor) }
}

/**
 * INTER_LINEAR of cv2.resize(image, None, fx=factor, fy=factor): pixels are taken at the factor given, not at the ratio of the
 * rounded sizes.
 */
export function resizeCvByFactor(image: ImageTensor, factor: number): ImageTensor {
  const source = imageSize(image)
  const size = sizeByFactor(source, factor)
  if (source.height === size.height && source.width === size.width) return image
  const scale = { x: 1 / factor, y: 1 / factor }
  return linear(image, size, scale, { top: 0, left: 0, ...size })
}

function cvPixels(image: ImageTensor): Uint8Array | Float32Array {
  if (image.layout !== 'HWC') throw new TypeError('OpenCV takes HWC images')
  if (image.data instanceof Int8Array) throw new TypeError('OpenCV resizes uint8 or float32 images')
  return image.data
}

/** INTER_NEAREST: the pixel at floor(x * scale), no half-pixel shift. */
function resizeCvNearest<Pixels extends Uint8Array | Float32Array>(
  source: Pixels,
  from: Size & { channels: number },
  to: Size,
): Pixels {
  const { channels } = from
  const scaleX = scaleOf(from.width, to.width)
  const scaleY = scaleOf(from.height, to.height)
  const make = source.constructor as new (length: number) => Pixels
  const out = new make(to.height * to.width * channels)
  let o = 0
  for (let y = 0; y < to.height; y++) {
    const row = Math.min(Math.floor(y * scaleY), from.height - 1) * from.width
    for (let x = 0; x < to.width; x++) {
      const p = (row + Math.min(Math.floor(x * scaleX), from.width - 1)) * channels
      for (let c = 0; c < channels; c++) out[o++] = source[p + c]!
    }
  }
  return out
}
