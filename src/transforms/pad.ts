/** Padding at the bottom and on the right: rows and columns keep their numbers. */
import { crop, pasteOnCanvas } from '../image/crop.ts'
import { imageSize } from '../image/image-tensor.ts'
import { roundHalfEven, type Size } from '../image/resize-cv-taps.ts'
import { resizeCv } from '../image/resize-cv.ts'
import { strictObject } from '../text/strict-object.ts'
import { composed, shifted, stretched } from './geometry.ts'
import { asType, heightWidth, requireLayout, side } from './params.ts'
import { defineGeometricTransformer } from './transformer.ts'

/** Long side to target_size by OpenCV, then zeros up to the next multiples of size_divisor; uint8. */
export const padTransformer = defineGeometricTransformer(
  'PadTransformer',
  strictObject({ size_divisor: side.default(128), target_size: side.default(512) }),
  (from, { size_divisor, target_size }) => {
    const scale = target_size / Math.max(from.height, from.width)
    const inner = mapSize(from, (length) => Math.max(1, roundHalfEven(length * scale)))
    const size = mapSize(inner, (length) => Math.ceil(length / size_divisor) * size_divisor)
    return { inner, ...composed(stretched(from, inner), shifted(size, { left: 0, top: 0 })) }
  },
  (image, { inner, size }) => {
    requireLayout(image, 'HWC', 'PadTransformer')
    return asType(pasteOnCanvas(resizeCv(image, inner, 'linear'), { top: 0, left: 0, ...size }, 0), 'uint8')
  },
)

/**
 * To target_size without resizing: what is too long is cut in the middle, what is too short is padded with zeros; float32.
 *
 * The manual names this class without its arithmetic and says that its window is drawn with a fixed seed. Here it is the middle, which
 * every picture and every run shares.
 */
export const padCropTransformer = defineGeometricTransformer(
  'PadCropTransformer',
  strictObject({ target_size: heightWidth }),
  (from, { target_size: [height, width] }) => {
    const start = (length: number, wanted: number): number => Math.floor(Math.max(length - wanted, 0) / 2)
    return shifted({ height, width }, { left: -start(from.width, width), top: -start(from.height, height) })
  },
  (image, { size, placement }) => {
    const from = imageSize(image)
    const window = {
      top: -placement.offsetY,
      left: -placement.offsetX,
      height: Math.min(from.height, size.height),
      width: Math.min(from.width, size.width),
    }
    return pasteOnCanvas(crop(image, window), { top: 0, left: 0, ...size }, 0)
  },
)

function mapSize({ height, width }: Size, change: (length: number) => number): Size {
  return { height: change(height), width: change(width) }
}
