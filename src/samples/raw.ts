/** One calibration file: raw C-order values, or a .npy whose header fits. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { ResolvedInput } from '../config/types.ts'
import { DataError } from '../errors.ts'
import { isNpy, readNpyHeader } from '../formats/npy.ts'
import { elementCount, Tensor } from '../ir/tensor.ts'
import { looksLike } from './looks-like.ts'

export type SampleType = 'uint8' | 'float32'

const BYTES: Readonly<Record<SampleType, number>> = { uint8: 1, float32: 4 }

/** NumPy's type strings of the types a sample may have. */
const NPY_TYPES: ReadonlyMap<string, SampleType> = new Map([
  ['|u1', 'uint8'],
  ['<f4', 'float32'],
])

/** Enough for every .npy header and for a guess at the content. */
const HEAD_BYTES = 4096

/** Read a sample in train type and layout. Throws DataError saying what the file looks like instead. */
export function readRaw(path: string, input: ResolvedInput, dtype: SampleType): Tensor {
  const bytes = new Uint8Array(readFileSync(path))
  const content = checkContent(path, bytes, bytes.byteLength, input, dtype)
  return new Tensor(content.dtype, input.shape, bytes.subarray(content.offset))
}

/** Check a file without reading its values. Throws DataError like `readRaw`. */
export function checkRaw(path: string, input: ResolvedInput, dtype: SampleType): void {
  const size = statSync(path).size
  if (size !== elementCount(input.shape) * BYTES[dtype]) checkContent(path, readHead(path), size, input, dtype)
}

/** The first bytes of a file. */
export function readHead(path: string): Uint8Array {
  const file = openSync(path, 'r')
  try {
    const head = new Uint8Array(HEAD_BYTES)
    return head.subarray(0, readSync(file, head, 0, HEAD_BYTES, 0))
  } finally {
    closeSync(file)
  }
}

interface Content {
  dtype: SampleType
  /** Byte where the values begin. */
  offset: number
}

function checkContent(path: string, head: Uint8Array, size: number, input: ResolvedInput, dtype: SampleType): Content {
  if (isNpy(head)) return checkNpy(path, head, size, input)
  const expected = elementCount(input.shape) * BYTES[dtype]
  if (size === expected) return { dtype, offset: 0 }
  const guess = looksLike(head.subarray(0, HEAD_BYTES), size, input, dtype)
  throw new DataError(
    'DATA_SIZE',
    `${basename(path)} has ${size} bytes; input '${input.name}' needs ${expected} (${dtype} ${input.shape.join('x')})`,
    { where: path, detail: guess.what, fix: guess.fix },
  )
}

function checkNpy(path: string, head: Uint8Array, size: number, input: ResolvedInput): Content {
  const again = 'write the file again with numpy.save, or raw with array.tofile'
  const header = readNpyHeader(head)
  if (!header) refuse('DATA_NPY_DAMAGED', 'its header is damaged', again)
  const dtype = NPY_TYPES.get(header.descr)
  if (dtype === undefined) {
    const fix = 'save array.astype(numpy.float32) or array.astype(numpy.uint8), little-endian'
    refuse('DATA_NPY_DTYPE', `its dtype is ${header.descr}, not uint8 ('|u1') or float32 ('<f4')`, fix)
  }
  if (input.calDataType !== undefined && dtype !== input.calDataType) {
    const why = `its dtype is ${dtype}, but cal_data_type is ${input.calDataType}`
    refuse('DATA_NPY_DTYPE', why, `set cal_data_type: ${dtype}, or leave it out`)
  }
  if (header.fortranOrder) {
    refuse('DATA_NPY_ORDER', 'it is in Fortran order', 'save numpy.ascontiguousarray(array)')
  }
  const wanted = input.shape.join('x')
  if (header.shape.join('x') !== wanted && [1, ...header.shape].join('x') !== wanted) {
    const fix = transposed(header.shape, input) ?? `save arrays of shape ${wanted} (${input.layoutTrain})`
    refuse('DATA_NPY_SHAPE', `its shape is ${header.shape.join('x')}, the input is ${wanted}`, fix)
  }
  const values = size - header.offset
  const expected = elementCount(input.shape) * BYTES[dtype]
  if (values !== expected) {
    refuse('DATA_NPY_DAMAGED', `its header promises ${expected} bytes of values, it holds ${values}`, again)
  }
  return { dtype, offset: header.offset }

  function refuse(code: `DATA_${string}`, why: string, fix: string): never {
    throw new DataError(code, `${basename(path)} is a .npy file that cannot be used: ${why}`, { where: path, fix })
  }
}

/** The NumPy expression that brings an array of the other layout into the input's; undefined where that is not its fault. */
function transposed(
  shape: readonly number[],
  { typeTrain, layoutTrain, shape: wanted }: ResolvedInput,
): string | undefined {
  if (typeTrain === 'featuremap' || wanted.length !== 4) return undefined
  const order = layoutTrain === 'NCHW' ? [0, 3, 1, 2] : [0, 2, 3, 1]
  const batched = shape.length === 3 ? [1, ...shape] : shape
  if (batched.length !== 4 || order.some((from, to) => batched[from] !== wanted[to])) return undefined
  const axes = shape.length === 3 ? order.slice(1).map((axis) => axis - 1) : order
  const other = layoutTrain === 'NCHW' ? 'NHWC' : 'NCHW'
  return `the array is ${other}: save numpy.ascontiguousarray(array.transpose(${axes.join(', ')})), which is ${layoutTrain}`
}
