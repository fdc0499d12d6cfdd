/** INTER_AREA of cv2.resize at half the size, which OpenCV takes for INTER_LINEAR too. */
import { roundHalfEven, type Size } from './resize-cv-taps.ts'

type Pixels = Uint8Array | Float32Array

/** Means of 2 x 2 pixels; at an odd border, of those that are there. */
export function halveCv(source: Pixels, from: Size & { channels: number }, to: Size): Pixels {
  const { channels } = from
  const length = to.height * to.width * channels
  const isFixed = source instanceof Uint8Array
  const out = isFixed ? new Uint8Array(length) : new Float32Array(length)
  // SIMD adds the pixels of each row first; three channels and the last columns of one channel are added in order.
  const vector = channels === 3 ? 0 : channels === 1 ? to.width - (to.width % 4) : to.width
  const below = from.width * channels
  let o = 0
  for (let y = 0; y < to.height; y++) {
    for (let x = 0; x < to.width; x++) {
      const isBorder = 2 * y + 1 >= from.height || 2 * x + 1 >= from.width
      const sum = x < vector ? sumOfRows : sumInOrder
      for (let c = 0; c < channels; c++) {
        if (isBorder) {
          out[o++] = borderMean(source, from, { x, y, c })
          continue
        }
        const p = (2 * y * from.width + 2 * x) * channels + c
        const q = p + channels
        out[o++] = isFixed
          ? (source[p] + source[q] + source[p + below] + source[q + below] + 2) >> 2
          : sum(source[p], source[q], source[p + below], source[q + below]) * 0.25
      }
    }
  }
  return out
}

/** The mean of one or two pixels; rounded half to even, unlike inside the picture. */
function borderMean(
  source: Pixels,
  { height, width, channels }: Size & { channels: number },
  { x, y, c }: { x: number; y: number; c: number },
): number {
  let sum = 0
  let count = 0
  for (let row = 2 * y; row < Math.min(2 * y + 2, height); row++) {
    for (let column = 2 * x; column < Math.min(2 * x + 2, width); column++, count++) {
      sum = Math.fround(sum + source[(row * width + column) * channels + c])
    }
  }
  return source instanceof Uint8Array ? roundHalfEven(sum / count) : sum / count
}

function sumInOrder(a: number, b: number, c: number, d: number): number {
  return Math.fround(Math.fround(Math.fround(a + b) + c) + d)
}

function sumOfRows(a: number, b: number, c: number, d: number): number {
  return Math.fround(Math.fround(a + b) + Math.fround(c + d))
}
