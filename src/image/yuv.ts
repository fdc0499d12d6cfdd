/** RGB to YUV without subsampling, by the decimals of the samples (toolchain.md 4.4). */
import { strides, type ColorOrder } from './color.ts'
import { imageSize, makeImage, type ImageTensor } from './image-tensor.ts'

export type YuvRange = 'full' | 'video'

interface PlaneFormula {
  red: number
  green: number
  blue: number
  offset: number
}

/** Y, U, V as weights of R, G, B plus an offset. Video: Y 16..235, U and V 16..240. */
const FORMULAS: Record<YuvRange, readonly PlaneFormula[]> = {
  full: [
    { red: 0.299, green: 0.587, blue: 0.114, offset: 0 },
    { red: -0.169, green: -0.331, blue: 0.5, offset: 128 },
    { red: 0.5, green: -0.419, blue: -0.081, offset: 128 },
  ],
  video: [
    { red: 0.257, green: 0.504, blue: 0.098, offset: 16 },
    { red: -0.148, green: -0.291, blue: 0.439, offset: 128 },
    { red: 0.439, green: -0.368, blue: -0.071, offset: 128 },
  ],
}

/** Y, U and V of an image as float32, neither rounded nor clipped, in the image's layout. */
export function toYuv444(image: ImageTensor, order: ColorOrder, range: YuvRange): ImageTensor {
  const { height, width } = imageSize(image)
  const { pixel, channel } = strides(image)
  const out = new Float32Array(image.data.length)
  for (let plane = 0; plane < 3; plane++) {
    const value = planeValue(image, order, range, plane)
    for (let p = 0; p < height * width; p++) out[p * pixel + plane * channel] = value(p)
  }
  return makeImage(out, image.layout, { height, width, channels: 3 })
}

/**
 * Y (0), U (1) or V (2) of the pixel with number p.
 *
 * Bytes are computed in doubles and float32 in float32, each operation rounded, as NumPy does: where the value is truncated
 * afterwards this decides the result (the luma of gray 1 is 0.9999999999999999 in doubles).
 */
export function planeValue(
  image: ImageTensor,
  order: ColorOrder,
  range: YuvRange,
  plane: number,
): (pixel: number) => number {
  const { pixel, channel } = strides(image)
  const { red, green, blue, offset } = FORMULAS[range][plane]
  const source = image.data
  const first = order === 'rgb' ? 0 : 2 * channel
  const last = 2 * channel - first
  if (!(source instanceof Float32Array)) {
    return (p) => {
      const at = p * pixel
      return red * source[at + first] + green * source[at + channel] + blue * source[at + last] + offset
    }
  }
  const { fround } = Math
  const [r, g, b] = [red, green, blue].map(fround) as [number, number, number]
  return (p) => {
    const at = p * pixel
    const sum = fround(fround(r * source[at + first]) + fround(g * source[at + channel]))
    return fround(fround(sum + fround(b * source[at + last])) + offset)
  }
}
