/** The box coding that SSD, Faster R-CNN and EfficientDet share. */
import type { Size } from '../../image/resize-cv-taps.ts'
import type { Anchors } from './anchors.ts'

export interface BoxCoding {
  /** Factors on the centre's shift in anchor sides, and on the logarithm of the side in anchor sides. */
  readonly variances: readonly [centre: number, side: number]
  /** Order of the four values: centre y, x, height, width or centre x, y, width, height. */
  readonly order: 'yxhw' | 'xywh'
}

/** Write left, top, right, bottom of anchor `index` moved by four values, in pixels of the input. `at(k)` reads value k. */
export function relativeBox(
  anchors: Anchors,
  index: number,
  at: (k: number) => number,
  { variances: [centre, side], order }: BoxCoding,
  { height, width }: Size,
): readonly [number, number, number, number] {
  const [yAt, xAt, hAt, wAt] = order === 'yxhw' ? [0, 1, 2, 3] : [1, 0, 3, 2]
  const anchorHeight = anchors[4 * index + 2]
  const anchorWidth = anchors[4 * index + 3]
  const y = anchors[4 * index] + at(yAt) * centre * anchorHeight
  const x = anchors[4 * index + 1] + at(xAt) * centre * anchorWidth
  const halfHeight = (anchorHeight * Math.exp(at(hAt) * side)) / 2
  const halfWidth = (anchorWidth * Math.exp(at(wAt) * side)) / 2
  return [(x - halfWidth) * width, (y - halfHeight) * height, (x + halfWidth) * width, (y + halfHeight) * height]
}
