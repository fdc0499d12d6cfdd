/** Sample positions of cv2.resize and its fixed-point helpers. */

export interface Size {
  height: number
  width: number
}

/** Steps of the fixed-point weights: 11 bits. */
export const WEIGHT_ONE = 2048

/** Source pixels per target pixel, through the same two divisions as OpenCV (they differ from one in the last bit). */
export function scaleOf(from: number, to: number): number {
  return 1 / (to / from)
}

/** Left neighbour and the float32 distance from it of target position `i` (pixel centres aligned). */
export function position(i: number, scale: number): { index: number; fraction: number } {
  const at = Math.fround((i + 0.5) * scale - 0.5)
  const index = Math.floor(at)
  return { index, fraction: Math.fround(at - index) }
}

/** Round half to even, as cvRound. */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value)
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded
}
