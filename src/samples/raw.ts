/** One calibration file: raw C-order values, or a .npy whose header fits. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import type { ResolvedInput } from '../config/types.ts'
import { DataError } from '../errors.ts'
import { isNpy, readNpyHeader } from '../formats/npy.ts'
import { elementCount, Tensor } from '../ir/tensor.ts'
import { looksLike } from './looks-like.ts'

const BYTES = { uint8: 1, float32: 4 } as const
const NPY_TYPES = new Map([
  ['|u1', 'uint8'],
  ['<f4', 'float32'],
] as const)

/** Read a sample in train type and layout. Throws DataError saying what the file looks like instead. */
export function readRaw(path: string, input: ResolvedInput, dtype: 'uint8' | 'float32'): Tensor {
  const bytes = new Uint8Array(readFileSync(path))
  if (isNpy(bytes)) return readNpy(path, bytes, input)
  const expected = elementCount(input.shape) * BYTES[dtype]
  if (bytes.byteLength !== expected) {
    throw new DataError(
      'DATA_SIZE',
      `${basename(path)} has ${bytes.byteLength} bytes; input '${input.name}' needs ${expected} (${dtype} ${input.shape.join('x')})`,
      {
        where: path,
        detail: looksLike(bytes, input, dtype),
        fix: 'write the samples again with openmapper preprocess, or set cal_data_type',
      },
    )
  }
  return new Tensor(dtype, input.shape, bytes)
}

function readNpy(path: string, bytes: Uint8Array, input: ResolvedInput): Tensor {
  const header = readNpyHeader(bytes)
  const name = basename(path)
  const refuse = (code: `DATA_${string}`, why: string, fix: string): never => {
    throw new DataError(code, `${name} is a .npy file that cannot be used: ${why}`, { where: path, fix })
  }
  if (!header) return refuse('DATA_NPY_DAMAGED', 'its header is damaged', 'write it again')
  const dtype = NPY_TYPES.get(header.descr as '|u1')
  if (dtype === undefined) {
    return refuse(
      'DATA_NPY_DTYPE',
      `its dtype is ${header.descr}, not uint8 or float32`,
      'save it with array.astype(numpy.float32) or numpy.uint8',
    )
  }
  if (header.fortranOrder) {
    return refuse('DATA_NPY_ORDER', 'it is in Fortran order', 'save numpy.ascontiguousarray(array)')
  }
  const fits =
    header.shape.join('x') === input.shape.join('x') || [1, ...header.shape].join('x') === input.shape.join('x')
  if (!fits) {
    return refuse(
      'DATA_NPY_SHAPE',
      `its shape is ${header.shape.join('x')}, the input is ${input.shape.join('x')}`,
      `save arrays of shape ${input.shape.join('x')} (${input.layoutTrain})`,
    )
  }
  const data = bytes.subarray(header.offset)
  if (data.byteLength !== elementCount(input.shape) * BYTES[dtype])
    return refuse('DATA_NPY_DAMAGED', 'it is cut off', 'write it again')
  return new Tensor(dtype, input.shape, data)
}
