/**
 * The case that most pictures are: colours whose filter has three taps, which is a photo shrunk by less than 1.5 or enlarged. Three
 * bytes of the result per step and no sums in memory: the passes of `resample-lines.ts` take one and a half times as long.
 */
import { HALF, toByte, type LineTaps } from './fixed-point.ts'

/** Taps per target position here. */
export const COLOR_TAPS = 3

/** Shrink or stretch the rows first..end - 1 of a picture of three channels whose rows are `width` pixels. */
export function resampleColorColumns(
  source: Uint8Array,
  width: number,
  { first, end }: { first: number; end: number },
  taps: LineTaps,
): Uint8Array {
  const stride = taps.length * 3
  const out = new Uint8Array((end - first) * stride)
  for (let y = first; y < end; y++) resampleRow(source, y * width * 3, taps, out, (y - first) * stride)
  return out
}

/** Shrink or stretch every column of a picture whose rows are `stride` bytes. */
export function resampleColorRows(source: Uint8Array, stride: number, taps: LineTaps): Uint8Array {
  const out = new Uint8Array(taps.length * stride)
  for (let y = 0; y < taps.length; y++) addRows(source, stride, taps, y, out)
  return out
}

/** The row that starts at byte `offset`, written from `start`. */
function resampleRow(
  source: Uint8Array,
  offset: number,
  { index, weights }: LineTaps,
  out: Uint8Array,
  start: number,
): void {
  for (let t = 0, o = start; t < index.length; t += 3, o += 3) {
    const w0 = weights[t]
    const w1 = weights[t + 1]
    const w2 = weights[t + 2]
    const a = offset + index[t] * 3
    const b = offset + index[t + 1] * 3
    const c = offset + index[t + 2] * 3
    out[o] = toByte(HALF + Math.imul(source[a], w0) + Math.imul(source[b], w1) + Math.imul(source[c], w2))
    out[o + 1] = toByte(
      HALF + Math.imul(source[a + 1], w0) + Math.imul(source[b + 1], w1) + Math.imul(source[c + 1], w2),
    )
    out[o + 2] = toByte(
      HALF + Math.imul(source[a + 2], w0) + Math.imul(source[b + 2], w1) + Math.imul(source[c + 2], w2),
    )
  }
}

/** Row `y` of the result. */
function addRows(source: Uint8Array, stride: number, { index, weights }: LineTaps, y: number, out: Uint8Array): void {
  const w0 = weights[3 * y]
  const w1 = weights[3 * y + 1]
  const w2 = weights[3 * y + 2]
  let a = index[3 * y] * stride
  let b = index[3 * y + 1] * stride
  let c = index[3 * y + 2] * stride
  for (let o = y * stride, end = o + stride; o < end; o += 3, a += 3, b += 3, c += 3) {
    out[o] = toByte(HALF + Math.imul(source[a], w0) + Math.imul(source[b], w1) + Math.imul(source[c], w2))
    out[o + 1] = toByte(
      HALF + Math.imul(source[a + 1], w0) + Math.imul(source[b + 1], w1) + Math.imul(source[c + 1], w2),
    )
    out[o + 2] = toByte(
      HALF + Math.imul(source[a + 2], w0) + Math.imul(source[b + 2], w1) + Math.imul(source[c + 2], w2),
    )
  }
}
