/** The deterministic pictures of the goldens; noise.py makes the same ones. */
import { makeImage, type ImageTensor } from '../../../src/image/image-tensor.ts'

/** uint8 HWC picture from xorshift32: the top byte of every step. */
export function noise(height: number, width: number, channels: number, seed: number): ImageTensor {
  let state = seed | 0
  const data = new Uint8Array(height * width * channels)
  for (let i = 0; i < data.length; i++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    data[i] = state >>> 24
  }
  return makeImage(data, 'HWC', { height, width, channels })
}

/** The picture as skimage reads it: float32 0..1. */
export function unit(image: ImageTensor): ImageTensor {
  const [height, width, channels] = image.shape
  return makeImage(
    Float32Array.from(image.data, (value) => value / 255),
    'HWC',
    { height, width, channels },
  )
}
