/** Pillow's arithmetic of weighted sums of bytes: weights in 22-bit fixed point. */

export const FRACTION_BITS = 22
/** What a sum starts from, so that cutting the fraction off rounds. */
export const HALF = 1 << (FRACTION_BITS - 1)

/** What each target position along one axis reads. */
export interface LineTaps {
  /** Number of target positions. */
  length: number
  /** Source positions per target position. */
  count: number
  /** `count` source positions per target position, all inside the picture. */
  index: Int32Array
  /** Their weights; those of positions that only fill up are 0. */
  weights: Int32Array
}

/** A weight as a whole number, halves away from zero. */
export function fixedPoint(weight: number): number {
  const share = weight * (1 << FRACTION_BITS)
  return Math.trunc(share < 0 ? share - 0.5 : share + 0.5)
}

/** The byte that a sum stands for. */
export function toByte(sum: number): number {
  const value = sum >> FRACTION_BITS
  return (value & ~255) === 0 ? value : value < 0 ? 0 : 255
}
