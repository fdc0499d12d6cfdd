/** INTER_LINEAR of cv2.resize: 11-bit fixed point on uint8, float32 arithmetic on float32. */
import { halveCv } from './resize-cv-halve.ts'
import { position, roundHalfEven, WEIGHT_ONE, type Size } from './resize-cv-taps.ts'

type Pixels = Uint8Array | Float32Array
type Row = Int32Array | Float32Array

interface Taps {
  /** Two source indices per target position. */
  index: Int32Array
  /** Two weights per target position: integers of WEIGHT_ONE for uint8, float32 for float. */
  weight: Int32Array | Float32Array
}

/** Resize HWC pixels to `to`; `scale` is the source pixels per target pixel. */
export function resizeCvLinear(
  source: Pixels,
  from: Size & { channels: number },
  to: Size,
  scale: { x: number; y: number },
): Uint8Array | Float32Array {
  // OpenCV turns an exact halving into INTER_AREA.
  if (scale.x === 2 && scale.y === 2) return halveCv(source, from, to)
  const isFixed = source instanceof Uint8Array
  const columns = linearTaps(from.width, to.width, scale.x, isFixed, true)
  const rows = linearTaps(from.height, to.height, scale.y, isFixed, false)
  const length = to.width * from.channels
  const out = isFixed ? new Uint8Array(length * to.height) : new Float32Array(length * to.height)
  const makeRow = (): Row => (isFixed ? new Int32Array(length) : new Float32Array(length))
  // Two stretched source rows are kept: neighbouring target rows share them.
  const buffers = [makeRow(), makeRow()]
  const held = [-1, -1]
  const stretched = (row: number, other: number): Row => {
    const slot = held[0] === row ? 0 : held[1] === row ? 1 : held[0] === other ? 1 : 0
    if (held[slot] !== row) {
      stretchRow(source, row * from.width, from.channels, columns, buffers[slot])
      held[slot] = row
    }
    return buffers[slot]
  }
  for (let y = 0; y < to.height; y++) {
    const top = rows.index[2 * y]
    const bottom = rows.index[2 * y + 1]
    const upper = stretched(top, bottom)
    const lower = stretched(bottom, top)
    const target = out.subarray(y * length, (y + 1) * length)
    if (target instanceof Uint8Array) blendFixed(upper, lower, rows.weight[2 * y], rows.weight[2 * y + 1], target)
    else blendFloat(upper, lower, rows.weight[2 * y], rows.weight[2 * y + 1], target)
  }
  return out
}

/** Columns outside the picture get weight 0 there; rows outside keep their weight and read the border row (as OpenCV). */
function linearTaps(from: number, to: number, scale: number, isFixed: boolean, isColumn: boolean): Taps {
  const index = new Int32Array(2 * to)
  const weight = isFixed ? new Int32Array(2 * to) : new Float32Array(2 * to)
  for (let i = 0; i < to; i++) {
    let { index: left, fraction } = position(i, scale)
    if (isColumn && (left < 0 || left >= from - 1)) {
      left = left < 0 ? 0 : from - 1
      fraction = 0
    }
    index[2 * i] = Math.min(Math.max(left, 0), from - 1)
    index[2 * i + 1] = Math.min(Math.max(left + 1, 0), from - 1)
    const first = Math.fround(1 - fraction)
    weight[2 * i] = isFixed ? roundHalfEven(first * WEIGHT_ONE) : first
    weight[2 * i + 1] = isFixed ? roundHalfEven(fraction * WEIGHT_ONE) : fraction
  }
  return { index, weight }
}

function stretchRow(source: Pixels, start: number, channels: number, { index, weight }: Taps, out: Row): void {
  const fround = out instanceof Float32Array
  for (let i = 0, o = 0; o < out.length; i++) {
    const left = (start + index[2 * i]) * channels
    const right = (start + index[2 * i + 1]) * channels
    const a = weight[2 * i]
    const b = weight[2 * i + 1]
    for (let c = 0; c < channels; c++) {
      out[o++] = fround
        ? Math.fround(source[left + c] * a) + Math.fround(source[right + c] * b)
        : source[left + c] * a + source[right + c] * b
    }
  }
}

/** The vertical pass drops 4 bits, multiplies to 16 fraction bits and rounds the last 2: what the SIMD code does. */
function blendFixed(upper: Row, lower: Row, a: number, b: number, out: Uint8Array): void {
  for (let k = 0; k < out.length; k++) {
    out[k] = (((a * (upper[k] >> 4)) >> 16) + ((b * (lower[k] >> 4)) >> 16) + 2) >> 2
  }
}

function blendFloat(upper: Row, lower: Row, a: number, b: number, out: Float32Array): void {
  for (let k = 0; k < out.length; k++) out[k] = Math.fround(upper[k] * a) + Math.fround(lower[k] * b)
}
