/** INTER_CUBIC of cv2.resize (Keys' kernel, a = -0.75). */
import { position, roundHalfEven, scaleOf, WEIGHT_ONE, type Size } from './resize-cv-taps.ts'

type Pixels = Uint8Array | Float32Array

const { fround } = Math
const A = -0.75
/** Values OpenCV's vertical pass handles per SIMD step (uint8, float32); the rest of a row takes its scalar path. */
const BYTE_LANES = 8
const FLOAT_LANES = 4
/** Weights of both passes together: 22 bits. */
const PRODUCT_ONE = WEIGHT_ONE * WEIGHT_ONE

/** Resize HWC pixels to `to`; neighbours outside the picture repeat the border. */
export function resizeCvCubic(source: Pixels, from: Size & { channels: number }, to: Size): Uint8Array | Float32Array {
  const isFixed = source instanceof Uint8Array
  const columns = cubicTaps(from.width, to.width, isFixed)
  const rows = cubicTaps(from.height, to.height, isFixed)
  const length = to.width * from.channels
  const out = isFixed ? new Uint8Array(length * to.height) : new Float32Array(length * to.height)
  const held = new Map<number, Float32Array | Int32Array>()
  for (let y = 0; y < to.height; y++) {
    const wanted = rows.index.subarray(4 * y, 4 * y + 4)
    for (const row of held.keys()) if (!wanted.includes(row)) held.delete(row)
    const four = Array.from(wanted, (row) => {
      let buffer = held.get(row)
      if (!buffer) {
        buffer = isFixed ? new Int32Array(length) : new Float32Array(length)
        stretchRow(source, row * from.width, from.channels, columns, buffer)
        held.set(row, buffer)
      }
      return buffer
    })
    const weight = rows.weight.subarray(4 * y, 4 * y + 4)
    const target = out.subarray(y * length, (y + 1) * length)
    if (target instanceof Uint8Array) blendFixed(four, weight, target)
    else blendFloat(four, weight, target)
  }
  return out
}

function cubicTaps(from: number, to: number, isFixed: boolean) {
  const scale = scaleOf(from, to)
  const index = new Int32Array(4 * to)
  const weight = isFixed ? new Int32Array(4 * to) : new Float32Array(4 * to)
  for (let i = 0; i < to; i++) {
    const { index: left, fraction } = position(i, scale)
    const weights = cubicWeights(fraction)
    for (let k = 0; k < 4; k++) {
      index[4 * i + k] = Math.min(Math.max(left - 1 + k, 0), from - 1)
      weight[4 * i + k] = isFixed ? roundHalfEven(weights[k] * WEIGHT_ONE) : weights[k]
    }
  }
  return { index, weight }
}

/** The four weights in float32, each operation rounded, the last as what is missing to 1. */
function cubicWeights(x: number): number[] {
  const x1 = fround(x + 1)
  const far = fround(fround(fround(fround(fround(fround(A * x1) - 5 * A) * x1) + 8 * A) * x1) - 4 * A)
  const near = (t: number): number => fround(fround(fround(fround(fround((A + 2) * t) - (A + 3)) * t) * t) + 1)
  const second = near(x)
  const third = near(fround(1 - x))
  return [far, second, third, fround(fround(fround(1 - far) - second) - third)]
}

function stretchRow(
  source: Pixels,
  start: number,
  channels: number,
  { index, weight }: { index: Int32Array; weight: Int32Array | Float32Array },
  out: Float32Array | Int32Array,
): void {
  const isFloat = out instanceof Float32Array
  for (let i = 0, o = 0; o < out.length; i++) {
    for (let c = 0; c < channels; c++) {
      let sum = 0
      for (let k = 0; k < 4; k++) {
        const product = source[(start + index[4 * i + k]) * channels + c] * weight[4 * i + k]
        sum = isFloat ? fround(sum + fround(product)) : sum + product
      }
      out[o++] = sum
    }
  }
}

/** SIMD part in float32 from the last row to the first, the rest in 22-bit fixed point. */
function blendFixed(
  rows: readonly (Int32Array | Float32Array)[],
  weight: Int32Array | Float32Array,
  out: Uint8Array,
): void {
  const [r0, r1, r2, r3] = rows as [Int32Array, Int32Array, Int32Array, Int32Array]
  const [w0, w1, w2, w3] = Array.from(weight) as [number, number, number, number]
  const [f0, f1, f2, f3] = [w0, w1, w2, w3].map((w) => fround(w / PRODUCT_ONE)) as [number, number, number, number]
  const vector = out.length - (out.length % BYTE_LANES)
  for (let k = 0; k < vector; k++) {
    let sum = fround(r3[k] * f3)
    sum = fround(fround(r2[k] * f2) + sum)
    sum = fround(fround(r1[k] * f1) + sum)
    sum = fround(fround(r0[k] * f0) + sum)
    out[k] = clampByte(roundHalfEven(sum))
  }
  for (let k = vector; k < out.length; k++) {
    out[k] = clampByte((r0[k] * w0 + r1[k] * w1 + r2[k] * w2 + r3[k] * w3 + PRODUCT_ONE / 2) >> 22)
  }
}

/** SIMD part summed from the last row to the first, the rest from the first to the last. */
function blendFloat(
  rows: readonly (Int32Array | Float32Array)[],
  weight: Int32Array | Float32Array,
  out: Float32Array,
): void {
  const vector = out.length - (out.length % FLOAT_LANES)
  for (let k = 0; k < out.length; k++) {
    let sum = 0
    for (let j = 0; j < 4; j++) {
      const row = k < vector ? 3 - j : j
      sum = fround(sum + fround(rows[row][k] * weight[row]))
    }
    out[k] = sum
  }
}

function clampByte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value
}
