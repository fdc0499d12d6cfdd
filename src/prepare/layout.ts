/** Moving between channels first and channels last. */
import type { Layout } from '../config/types.ts'

/** Copy a [1, ...] image from one layout to another; `shape` is the source's. */
export function relayout<T extends Float32Array | Int8Array | Uint8Array>(
  data: T,
  shape: readonly number[],
  from: Layout,
  to: Layout,
): { data: T; shape: readonly number[] } {
  if (from === to) return { data, shape }
  const [batch, a, b, c] = shape
  const plane = a * b * c
  const result = data.slice() as T
  const [channels, height, width] = from === 'NCHW' ? [a, b, c] : [c, a, b]
  const pixels = height * width
  for (let n = 0; n < batch; n++) {
    for (let p = 0; p < pixels; p++) {
      for (let k = 0; k < channels; k++) {
        const first = n * plane + k * pixels + p
        const last = n * plane + p * channels + k
        if (from === 'NCHW') result[last] = data[first]
        else result[first] = data[last]
      }
    }
  }
  const next = from === 'NCHW' ? [batch, height, width, channels] : [batch, channels, height, width]
  return { data: result, shape: next }
}
