/**
 * Weighted sums of bytes along one axis of a picture in 22-bit fixed point, rounded to bytes: one pass of Pillow's resize.
 *
 * Both axes are the same work on lines of bytes: a target row is a sum of source rows (neighbouring bytes, step 1), one channel of a
 * target column is a sum of such columns of the source (step: the bytes of a row).
 */
import { HALF, toByte, type LineTaps } from './fixed-point.ts'
import { COLOR_TAPS, resampleColorColumns, resampleColorRows } from './resample-color.ts'

/** Source lines added at once. */
const TAPS_AT_ONCE = 4
/** Rows whose columns are added before the next rows come, so that they stay in the processor's cache. */
const BAND = 32

/** The length that tap lists of at most `most` taps are filled up to: those of three in colour pictures stay as they are. */
export function tapCount(most: number, channels: number): number {
  return channels === 3 && most === COLOR_TAPS ? COLOR_TAPS : Math.ceil(most / TAPS_AT_ONCE) * TAPS_AT_ONCE
}

/** Shrink or stretch the rows first..end - 1 of a picture whose rows are `width` pixels. */
export function resampleColumns(
  source: Uint8Array,
  { width, channels }: { width: number; channels: number },
  { first, end }: { first: number; end: number },
  taps: LineTaps,
): Uint8Array {
  if (taps.count === COLOR_TAPS) return resampleColorColumns(source, width, { first, end }, taps)
  const target = taps.length * channels
  const out = new Uint8Array((end - first) * target)
  const stride = width * channels
  const sums = new Int32Array(BAND)
  const isUsual = channels === 3 && taps.count === TAPS_AT_ONCE
  for (let top = first; top < end; top += BAND) {
    const length = Math.min(BAND, end - top)
    for (let i = 0; i < taps.length; i++) {
      if (isUsual) {
        addColorTaps(source, top * stride, stride, taps, i, length, out, (top - first) * target + i * 3, target)
        continue
      }
      for (let c = 0; c < channels; c++) {
        const start = (top - first) * target + i * channels + c
        addTaps(source, top * stride + c, channels, stride, taps, i, sums, length, out, start, target)
      }
    }
  }
  return out
}

/** Shrink or stretch every column; `stride` is the number of bytes in a row. */
export function resampleRows(source: Uint8Array, stride: number, taps: LineTaps): Uint8Array {
  if (taps.count === COLOR_TAPS) return resampleColorRows(source, stride, taps)
  const out = new Uint8Array(taps.length * stride)
  const sums = new Int32Array(stride)
  for (let y = 0; y < taps.length; y++) {
    if (taps.count === TAPS_AT_ONCE) addFourRows(source, stride, taps, y, out)
    else addTaps(source, 0, stride, 1, taps, y, sums, stride, out, y * stride, 1)
  }
  return out
}

/** Row `y` from four rows, which is what a photo shrunk by less than 2 has: without sums in memory, twice as fast. */
function addFourRows(
  source: Uint8Array,
  stride: number,
  { index, weights }: LineTaps,
  y: number,
  out: Uint8Array,
): void {
  const w0 = weights[4 * y]
  const w1 = weights[4 * y + 1]
  const w2 = weights[4 * y + 2]
  const w3 = weights[4 * y + 3]
  let a = index[4 * y] * stride
  let b = index[4 * y + 1] * stride
  let c = index[4 * y + 2] * stride
  let d = index[4 * y + 3] * stride
  for (let o = y * stride, end = o + stride; o < end; o++, a++, b++, c++, d++) {
    out[o] = toByte(
      HALF + Math.imul(source[a], w0) + Math.imul(source[b], w1) + Math.imul(source[c], w2) + Math.imul(source[d], w3),
    )
  }
}

/**
 * The line of target position `i`, `length` bytes from `start` in steps of `outStep`. Source line k starts at offset + k * distance.
 * Plain numbers and no objects: this is called for every 32 bytes.
 */
function addTaps(
  source: Uint8Array,
  offset: number,
  distance: number,
  step: number,
  { count, index, weights }: LineTaps,
  i: number,
  sums: Int32Array,
  length: number,
  out: Uint8Array,
  start: number,
  outStep: number,
): void {
  sums.fill(HALF, 0, length)
  for (let t = i * count; t < (i + 1) * count; t += TAPS_AT_ONCE) {
    const w0 = weights[t]
    const w1 = weights[t + 1]
    const w2 = weights[t + 2]
    const w3 = weights[t + 3]
    let a = offset + index[t] * distance
    let b = offset + index[t + 1] * distance
    let c = offset + index[t + 2] * distance
    let d = offset + index[t + 3] * distance
    for (let k = 0; k < length; k++, a += step, b += step, c += step, d += step) {
      sums[k] +=
        Math.imul(source[a], w0) + Math.imul(source[b], w1) + Math.imul(source[c], w2) + Math.imul(source[d], w3)
    }
  }
  for (let k = 0, o = start; k < length; k++, o += outStep) out[o] = toByte(sums[k])
}

/** The same for a column of three channels and four taps, which is what a photo shrunk by less than 2 has: twice as fast. */
function addColorTaps(
  source: Uint8Array,
  offset: number,
  step: number,
  { index, weights }: LineTaps,
  i: number,
  length: number,
  out: Uint8Array,
  start: number,
  outStep: number,
): void {
  const w0 = weights[4 * i]
  const w1 = weights[4 * i + 1]
  const w2 = weights[4 * i + 2]
  const w3 = weights[4 * i + 3]
  let a = offset + index[4 * i] * 3
  let b = offset + index[4 * i + 1] * 3
  let c = offset + index[4 * i + 2] * 3
  let d = offset + index[4 * i + 3] * 3
  for (let k = 0, o = start; k < length; k++, o += outStep, a += step, b += step, c += step, d += step) {
    out[o] = toByte(
      HALF + Math.imul(source[a], w0) + Math.imul(source[b], w1) + Math.imul(source[c], w2) + Math.imul(source[d], w3),
    )
    out[o + 1] = toByte(
      HALF +
        Math.imul(source[a + 1], w0) +
        Math.imul(source[b + 1], w1) +
        Math.imul(source[c + 1], w2) +
        Math.imul(source[d + 1], w3),
    )
    out[o + 2] = toByte(
      HALF +
        Math.imul(source[a + 2], w0) +
        Math.imul(source[b + 2], w1) +
        Math.imul(source[c + 2], w2) +
        Math.imul(source[d + 2], w3),
    )
  }
}
