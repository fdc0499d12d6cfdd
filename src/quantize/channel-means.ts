/** Means of the channels of a value, and what makes up for them. */
import type { Tensor } from '../ir/tensor.ts'
import { channelView } from './weights.ts'

/** Mean of each channel. */
export function channelMeans(tensor: Tensor, axis: number): Float32Array {
  const { outer, channels, inner } = channelView(tensor.shape, axis)
  const sums = new Float64Array(channels)
  const data = tensor.floats()
  for (let o = 0, k = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++) {
      sums[c] += sumOf(data, k, k + inner)
      k += inner
    }
  }
  return Float32Array.from(sums, (sum) => sum / (outer * inner))
}

/** Add a number to every element of a channel, in place. */
export function shiftChannels(tensor: Tensor, axis: number, added: Float32Array): void {
  const { outer, channels, inner } = channelView(tensor.shape, axis)
  const data = tensor.floats()
  for (let o = 0, k = 0; o < outer; o++) {
    for (let c = 0; c < channels; c++, k += inner) {
      const value = added[c]
      if (value !== 0) for (let i = k; i < k + inner; i++) data[i] += value
    }
  }
}

/**
 * Four sums at a time: with one, each addition waits for the one before. Declared one by one: V8 takes three times as long where
 * variables of a hot loop come out of an array.
 */
function sumOf(data: Float32Array, start: number, end: number): number {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let i = start
  for (; i + 4 <= end; i += 4) {
    a += data[i]
    b += data[i + 1]
    c += data[i + 2]
    d += data[i + 3]
  }
  for (; i < end; i++) a += data[i]
  return a + b + c + d
}
