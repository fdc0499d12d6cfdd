/** Boxes as decoders find them, as data sets label them, and as metrics compare them. */

/**
 * Left, top, right and bottom edge in pixels of the original picture, counted from its corner: pixel `i` spans `i`..`i + 1`,
 * so that the width is `right - left`. Files that name the first and the last pixel instead (VOC's, counted from 1) become
 * `[xmin - 1, ymin - 1, xmax, ymax]`, which gives VOC's own overlaps.
 */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number]

/** One object found by a model. */
export interface Detection {
  readonly box: Box
  /** Larger is surer. */
  readonly score: number
  /** From 0, in the order of the data set's classes. */
  readonly classId: number
}

/** One labelled object. */
export interface GroundTruth {
  readonly box: Box
  /** From 0, in the order of the data set's classes. */
  readonly classId: number
  /** COCO: a region with many objects, neither to be found nor wrong to find. */
  readonly crowd?: boolean
  /** VOC: neither to be found nor wrong to find. */
  readonly difficult?: boolean
  /** Square pixels of the object where the data set tells them (COCO: of its outline); those of the box otherwise. */
  readonly area?: number
}

/** Square pixels. */
export function boxArea([x1, y1, x2, y2]: Box): number {
  return (x2 - x1) * (y2 - y1)
}

/** Square pixels that two boxes share. */
export function sharedArea(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0])
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1])
  return width > 0 && height > 0 ? width * height : 0
}
