/** INTER_LINEAR of cv2.resize: 11-bit fixed point on uint8, float32 arithmetic on float32. */
import type { Rectangle } from './crop.ts'
import { position, roundHalfEven, WEIGHT_ONE, type Size } from './resize-cv-taps.ts'

type Pixels = Uint8Array | Float32Array
type Row = Int32Array | Float32Array

interface Taps {
  /** Two source indices per target position. */
  index: Int32Array
  /** Two weights per target position: integers of WEIGHT_ONE for uint8, float32 for float. */
  weight: Int32Array | Float32Array
}

/**
 * The pixels of `window` of HWC pixels resized; `scale` is the source pixels per target pixel. The cost is that of the window
 * alone.
 */
export function resizeCvLinear(
  source: Pixels,
  from: Size & { channels: number },
  scale: { x: number; y: number },
  window: Rectangle,
): Uint8Array | Float32Array {
  const isFixed = source instanceof Uint8Array
  const { channels } = from
  const columns = linearTaps(from.width, window.left, window.width, scale.x, isFixed, true)
  const rows = linearTaps(from.height, window.top, window.height, scale.y, isFixed, false)
  for (let i = 0; i < columns.index.length; i++) columns.index[i] *= channels
  const length = window.width * channels
  const out = isFixed ? new Uint8Array(length * window.height) : new Float32Array(length * window.height)
  const makeRow = (): Row => (isFixed ? new Int32Array(length) : new Float32Array(length))
  // Two stretched source rows are kept: neighbouring target rows share them.
  const buffers = [makeRow(), makeRow()]
  const held = [-1, -1]
  const stretched = (row: number, other: number): Row => {
    const slot = held[0] === row ? 0 : held[1] === row ? 1 : held[0] === other ? 1 : 0
    if (held[slot] !== row) {
      const start = row * from.width * channels
      const buffer = buffers[slot]
      if (source instanceof Uint8Array) stretchBytes(source, start, channels, columns, buffer as Int32Array)
      else stretchFloats(source, start, channels, columns, buffer as Float32Array)
      held[slot] = row
    }
    return buffers[slot]
  }
  for (let y = 0; y < window.height; y++) {
    const top = rows.index[2 * y]
    const bottom = rows.index[2 * y + 1]
    const upper = stretched(top, bottom)
    const lower = stretched(bottom, top)
    const target = out.subarray(y * length, (y + 1) * length)
    const [a, b] = [rows.weight[2 * y], rows.weight[2 * y + 1]]
    if (target instanceof Uint8Array) blendBytes(upper as Int32Array, lower as Int32Array, a, b, target)
    else blendFloats(upper as Float32Array, lower as Float32Array, a, b, target)
  }
  return out
}

/** Columns outside the picture get weight 0 there; rows outside keep their weight and read the border row (as OpenCV). */
function linearTaps(from: number, start: number, to: number, scale: number, isFixed: boolean, isColumn: boolean): Taps {
  const index = new Int32Array(2 * to)
  const weight = isFixed ? new Int32Array(2 * to) : new Float32Array(2 * to)
  for (let i = 0; i < to; i++) {
    let { index: left, fraction } = position(start + i, scale)
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

/** Bytes between two columns with 11 fraction bits, of which the vertical pass drops 4. */
function stretchBytes(
  source: Uint8Array,
  start: number,
  channels: number,
  { index, weight }: Taps,
  out: Int32Array,
): void {
  for (let i = 0, o = 0; o < out.length; i += 2) {
    const left = start + index[i]
    const right = start + index[i + 1]
    const a = weight[i]
    const b = weight[i + 1]
    for (let c = 0; c < channels; c++) {
      out[o++] = (Math.imul(source[left + c], a) + Math.imul(source[right + c], b)) >> 4
    }
  }
}

function stretchFloats(
  source: Float32Array,
  start: number,
  channels: number,
  { index, weight }: Taps,
  out: Float32Array,
): void {
  for (let i = 0, o = 0; o < out.length; i += 2) {
    const left = start + index[i]
    const right = start + index[i + 1]
    const a = weight[i]
    const b = weight[i + 1]
    for (let c = 0; c < channels; c++) {
      out[o++] = Math.fround(source[left + c] * a) + Math.fround(source[right + c] * b)
    }
  }
}

/** Multiplied to 16 fraction bits, the last 2 rounded: what the SIMD code does. */
function blendBytes(upper: Int32Array, lower: Int32Array, a: number, b: number, out: Uint8Array): void {
  for (let k = 0; k < out.length; k++) {
    out[k] = ((Math.imul(a, upper[k]) >> 16) + (Math.imul(b, lower[k]) >> 16) + 2) >> 2
  }
}

function blendFloats(upper: Float32Array, lower: Float32Array, a: number, b: number, out: Float32Array): void {
  for (let k = 0; k < out.length; k++) out[k] = Math.fround(upper[k] * a) + Math.fround(lower[k] * b)
}
