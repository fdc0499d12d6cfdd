/** A guess at what a file of the wrong size is. */
import type { ResolvedInput } from '../config/types.ts'
import { elementCount } from '../ir/tensor.ts'

/** One sentence, or an empty string when nothing fits. */
export function looksLike(bytes: Uint8Array, input: ResolvedInput, dtype: 'uint8' | 'float32'): string {
  const picture = pictureKind(bytes)
  if (picture)
    return `it looks like a ${picture} picture: set preprocess_on: True, or convert it with openmapper preprocess`
  const count = elementCount(input.shape)
  const size = bytes.byteLength
  if (dtype === 'uint8' && size === count * 4)
    return `its size is that of float32 ${input.shape.join('x')}: set cal_data_type: float32`
  if (dtype === 'float32' && size === count)
    return `its size is that of uint8 ${input.shape.join('x')}: set cal_data_type: uint8`
  if (input.typeTrain !== 'featuremap' && input.shape.length === 4) {
    const channels = input.layoutTrain === 'NHWC' ? input.shape[3] : input.shape[1]
    if (size === (count / channels) * 1.5)
      return 'its size is that of an nv12 picture; calibration data come in the training colour type'
    for (const [type, width] of [
      ['uint8', 1],
      ['float32', 4],
    ] as const) {
      const side = Math.sqrt(size / channels / width)
      if (Number.isInteger(side) && side > 1)
        return `its size is that of a ${side} x ${side} ${type} picture with ${channels} channels`
    }
  }
  return ''
}

function pictureKind(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'JPEG'
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return 'PNG'
  return bytes[0] === 0x42 && bytes[1] === 0x4d ? 'BMP' : undefined
}
