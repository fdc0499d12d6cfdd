/** Integer weights and biases. */
import { Tensor } from '../ir/tensor.ts'

const INT8_MAX = 127
const INT32_MAX = 2 ** 31 - 1
/** Below this the scale of a bias would be no normal number. */
const LEAST_THRESHOLD = 1e-25

/** Strides that walk a tensor by channel: `outer` blocks of `channels` runs of `inner` elements. */
interface ChannelView {
  outer: number
  channels: number
  inner: number
}

/** How an axis divides a C-order tensor. */
export function channelView(shape: readonly number[], axis: number): ChannelView {
  const product = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1)
  return { outer: product(shape.slice(0, axis)), channels: shape[axis], inner: product(shape.slice(axis + 1)) }
}

/** Largest magnitude of each channel. */
export function channelMaxima(weight: Tensor, axis: number): Float32Array {
  const { outer, channels, inner } = channelView(weight.shape, axis)
  const data = weight.floats()
  const maxima = new Float32Array(channels)
  let k = 0
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++) {
      for (let i = 0; i < inner; i++, k++) {
        const magnitude = Math.abs(data[k])
        if (magnitude > maxima[c]) maxima[c] = magnitude
      }
    }
  }
  return maxima
}

/**
 * Per-channel weight thresholds: max|W_c|, with room for the bias. A channel of zeros gets what its bias needs, and 127 (scale 1)
 * where it has none.
 *
 * @param inputScale scale of the activation the weight meets
 */
export function weightThresholds(
  weight: Tensor,
  axis: number,
  bias: Float32Array | undefined,
  inputScale: number,
): Float32Array {
  const thresholds = withRoomForBias(channelMaxima(weight, axis), bias, inputScale)
  return thresholds.map((threshold) => (threshold < LEAST_THRESHOLD ? INT8_MAX : threshold))
}

/**
 * Thresholds that grew where the int32 bias, whose scale is that of input times weight, would overflow. The weights of such a
 * channel are almost dead.
 */
export function withRoomForBias(
  thresholds: Float32Array,
  bias: Float32Array | undefined,
  inputScale: number,
): Float32Array {
  const result = thresholds.slice()
  // ConvTranspose with groups: one weight channel serves several bias entries.
  for (const [b, value] of (bias ?? []).entries()) {
    const c = b % result.length
    const needed = ((Math.abs(value) * 1.0001) / INT32_MAX / inputScale) * INT8_MAX
    if (needed > result[c]) result[c] = needed
  }
  return result
}

/** float32 scales of weight thresholds. */
export function weightScales(thresholds: Float32Array): Float32Array {
  return thresholds.map((threshold) => threshold / INT8_MAX)
}

/**
 * q = clip(round_half_even(W / s_c), -127, 127), stored as int8 or as uint8 with zero point 128.
 *
 * @param offset 0 for int8, 128 for uint8
 */
export function quantizeWeight(weight: Tensor, axis: number, scales: Float32Array, offset: 0 | 128): Tensor {
  const { outer, channels, inner } = channelView(weight.shape, axis)
  const data = weight.floats()
  const codes = new Int8Array(data.length)
  let k = 0
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++) {
      const scale = scales[c]
      for (let i = 0; i < inner; i++, k++) {
        codes[k] = Math.max(-INT8_MAX, Math.min(INT8_MAX, roundHalfEven(Math.fround(data[k] / scale))))
      }
    }
  }
  if (offset === 0) return Tensor.of('int8', weight.shape, codes)
  return Tensor.of(
    'uint8',
    weight.shape,
    Uint8Array.from(codes, (code) => code + offset),
  )
}

/** q s_c of int8 codes. */
export function dequantizeWeight(codes: Tensor, axis: number, scales: Float32Array): Tensor {
  const { outer, channels, inner } = channelView(codes.shape, axis)
  const data = codes.data as Int8Array
  const values = new Float32Array(data.length)
  let k = 0
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++) for (let i = 0; i < inner; i++, k++) values[k] = data[k] * scales[c]
  }
  return Tensor.float32(codes.shape, values)
}

/** int32 bias codes and their scales s_x * s_w[c] (float32). */
export function quantizeBias(
  bias: Float32Array,
  inputScale: number,
  scales: Float32Array,
): { codes: Int32Array; scales: Float32Array } {
  const biasScales = Float32Array.from(bias, (_, b) => inputScale * scales[b % scales.length])
  const codes = Int32Array.from(bias, (value, b) => {
    const code = roundHalfEven(value / biasScales[b])
    return Math.max(-INT32_MAX, Math.min(INT32_MAX, code))
  })
  return { codes, scales: biasScales }
}

/** Beyond it a double has no fraction bits: what is added to it is rounded, halves to even. */
const ROUNDING = 1.5 * 2 ** 52

/** Round to the nearest whole number, halves to the even one; exact for magnitudes below 2^51. Without branches: weights are many. */
export function roundHalfEven(value: number): number {
  return value + ROUNDING - ROUNDING
}
