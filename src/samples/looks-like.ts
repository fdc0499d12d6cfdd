/** A guess at what a file of the wrong size is, and what then helps. */
import type { ResolvedInput } from '../config/types.ts'
import { elementCount } from '../ir/tensor.ts'
import { channelCount } from '../prepare/coefficients.ts'

export interface Guess {
  /** One clause about the file. */
  what: string
  fix: string
}

/**
 * What a calibration file could be whose size does not fit.
 *
 * @param head the first bytes of the file
 * @param size its size in bytes
 * @param dtype element type the build expects
 */
export function looksLike(head: Uint8Array, size: number, input: ResolvedInput, dtype: 'uint8' | 'float32'): Guess {
  if (size === 0) return { what: 'it is empty', fix: 'write the sample again' }
  const picture = pictureKind(head)
  if (picture !== undefined) {
    return {
      what: `it looks like a ${picture} picture`,
      fix: 'set preprocess_on: True, or write raw samples with openmapper preprocess',
    }
  }
  if (String.fromCharCode(...head.subarray(0, 4)) === 'PK\x03\x04') {
    return { what: 'it looks like a zip archive, such as a .npz', fix: 'save one array per file with numpy.save' }
  }
  if (head.every(isText)) return { what: 'it looks like text', fix: 'keep nothing but samples in this folder' }
  return otherType(size, input, dtype) ?? otherSize(size, input, dtype) ?? UNKNOWN
}

const BYTES = { uint8: 1, float32: 4 } as const

const UNKNOWN: Guess = {
  what: 'that is no multiple of this shape in any type',
  fix: 'write the samples again in the shape of the input, e.g. with openmapper preprocess',
}

/** Magic numbers of picture files. */
const PICTURES: readonly (readonly [string, string])[] = [
  ['JPEG', '\xff\xd8\xff'],
  ['PNG', '\x89PNG'],
  ['BMP', 'BM'],
  ['GIF', 'GIF8'],
  ['WebP', 'RIFF'],
  ['TIFF', 'II*\0'],
  ['TIFF', 'MM\0*'],
]

/** Kind of picture by its first bytes; undefined for every other file. */
export function pictureKind(head: Uint8Array): string | undefined {
  const start = String.fromCharCode(...head.subarray(0, 8))
  return PICTURES.find(([, magic]) => start.startsWith(magic))?.[0]
}

function isText(byte: number): boolean {
  return (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13
}

function otherType(size: number, input: ResolvedInput, dtype: 'uint8' | 'float32'): Guess | undefined {
  const count = elementCount(input.shape)
  const shape = input.shape.join('x')
  const other = dtype === 'uint8' ? 'float32' : 'uint8'
  const [batch] = input.shape
  if (batch > 1 && size * batch === count * BYTES[dtype]) {
    return {
      what: `it holds one sample, and the input takes ${batch} at a time`,
      fix: `write files of ${batch} samples each (${shape}), or export the model with batch 1`,
    }
  }
  if (size === count * (other === 'uint8' ? 1 : 4)) {
    return { what: `${size} bytes are ${other} ${shape}`, fix: `set cal_data_type: ${other}` }
  }
  if (size === count * 8) {
    return {
      what: `${size} bytes are float64 or int64 ${shape}`,
      fix: 'save it as float32 (array.astype(numpy.float32))',
    }
  }
  const samples = size / (count * (dtype === 'uint8' ? 1 : 4))
  if (Number.isInteger(samples)) return { what: `it holds ${samples} samples`, fix: 'write one file per sample' }
  return undefined
}

function otherSize(size: number, input: ResolvedInput, dtype: 'uint8' | 'float32'): Guess | undefined {
  if (input.typeTrain === 'featuremap') return undefined
  const channels = channelCount(input)
  const pixels = elementCount(input.shape) / channels
  if (channels === 3 && size === pixels * 1.5) {
    return {
      what: `${size} bytes are an nv12 picture of this size`,
      fix: `write samples in the colour type of training (${input.typeTrain}); the build converts them`,
    }
  }
  for (const [type, width] of [
    [dtype, dtype === 'uint8' ? 1 : 4],
    [dtype === 'uint8' ? 'float32' : 'uint8', dtype === 'uint8' ? 4 : 1],
  ] as const) {
    for (const planes of new Set([channels, 1, 3, 4])) {
      if (size === pixels * planes * width) {
        return {
          what: `${size} bytes are a ${type} picture of this size with ${planes} channel(s), not ${channels}`,
          fix: `write samples in the colour type of training (${input.typeTrain})`,
        }
      }
    }
    const side = Math.sqrt(size / channels / width)
    if (Number.isInteger(side) && side > 1) {
      return {
        what: `${size} bytes are a ${type} picture of ${side} x ${side}`,
        fix: 'resize the samples to the size of the input, or set input_shape',
      }
    }
  }
  return undefined
}
