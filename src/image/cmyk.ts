/** Ink to light for CMYK pictures, which a few JPEG files of ImageNet are. */
import { makeImage, type ImageTensor } from './image-tensor.ts'
import type { Reader } from './reader.ts'

/** uint8 HWC of 4 inks (0 = none) to RGB: OpenCV multiplies and shifts, Pillow divides by 255 with rounding. */
export function cmykToRgb(cmyk: ImageTensor, reader: Reader): ImageTensor {
  const mix = reader === 'opencv' ? mixOpenCv : mixPillow
  const [height, width] = cmyk.shape
  const out = new Uint8Array(height * width * 3)
  for (let p = 0; p < height * width; p++) {
    const white = 255 - cmyk.data[4 * p + 3]
    for (let c = 0; c < 3; c++) out[3 * p + c] = mix(cmyk.data[4 * p + c], white)
  }
  return makeImage(out, 'HWC', { height, width, channels: 3 })
}

function mixOpenCv(ink: number, white: number): number {
  return white - ((ink * white) >> 8)
}

function mixPillow(ink: number, white: number): number {
  const product = ink * white + 128
  return white - (((product >> 8) + product) >> 8)
}
