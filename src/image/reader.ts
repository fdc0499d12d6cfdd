/** The three ways the samples read a picture (toolchain.md 5.1): channel order, element type and range. */
import { makeImage, mapToFloat32, type ImageTensor } from './image-tensor.ts'

export const READERS = ['opencv', 'skimage', 'pil'] as const
export type Reader = (typeof READERS)[number]

/** An RGB uint8 HWC image as the reader would have delivered it: BGR uint8, RGB float32 0..1, or as it is. */
export function fromRgb(rgb: ImageTensor, reader: Reader): ImageTensor {
  const [height, width, channels] = rgb.shape
  const size = { height, width, channels }
  if (reader === 'pil') return rgb
  if (reader === 'skimage') return mapToFloat32(rgb, (value) => value / 255)
  const data = new Uint8Array(rgb.data.length)
  for (let i = 0; i < data.length; i += 3) {
    data[i] = rgb.data[i + 2]!
    data[i + 1] = rgb.data[i + 1]!
    data[i + 2] = rgb.data[i]!
  }
  return makeImage(data, 'HWC', size)
}
