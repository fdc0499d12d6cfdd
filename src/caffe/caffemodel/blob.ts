/** BlobProto -> Tensor (float32), a view on the file where its form allows. */
import { elementCount, Tensor } from '../../ir/tensor.ts'
import { joinBytes } from '../../ir/join-bytes.ts'
import { halfToFloat } from '../../onnx/half.ts'
import { varints, type WireField, WireError, wireFields } from './wire.ts'

/** Weights of one blob. */
export interface Blob {
  tensor: Tensor
  /** True where the file gives the old `num channels height width`, which pad every shape to four dimensions. */
  legacyShape: boolean
}

/** Field numbers of BlobProto. */
const NUM = 1
const WIDTH = 4
const DATA = 5
const SHAPE = 7
const DOUBLE_DATA = 8
/** NVCaffe: element type (`Type`) and bytes. */
const RAW_TYPE = 10
const RAW_DATA = 12
const RAW_TYPES = ['float64', 'float32', 'float16'] as const

/** Largest count a shape may ask for, which bounds what a damaged file can cost. */
const MAX_ELEMENTS = 2 ** 31

/** Decode a blob. Throws WireError for damaged bytes and for data that do not fit the shape. */
export function readBlob(message: Uint8Array): Blob {
  const legacy: (number | undefined)[] = []
  const singles: Uint8Array[] = []
  const packed: Uint8Array[] = []
  const doubles: Uint8Array[] = []
  let dims: number[] | undefined
  let rawType: number | undefined
  let raw: Uint8Array | undefined
  for (const field of wireFields(message)) {
    if (field.number >= NUM && field.number <= WIDTH && field.type === 0) legacy[field.number - NUM] = field.value
    else if (field.number === DATA && field.type === 2) packed.push(field.bytes)
    else if (field.number === DATA && field.type === 5) singles.push(field.bytes)
    else if (field.number === DOUBLE_DATA && (field.type === 2 || field.type === 1)) doubles.push(field.bytes)
    else if (field.number === SHAPE && field.type === 2) dims = [...(dims ?? []), ...readShape(field)]
    else if (field.number === RAW_TYPE && field.type === 0) rawType = field.value
    else if (field.number === RAW_DATA && field.type === 2) raw = field.bytes
  }
  const values = raw && rawType !== undefined ? rawValues(raw, rawType) : dataValues(packed, singles, doubles)
  const legacyShape = dims === undefined && legacy.length > 0
  const shape = dims ?? (legacyShape ? [0, 1, 2, 3].map((i) => legacy[i] ?? 1) : [values.length])
  const count = elementCount(shape)
  if (!shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0) || count > MAX_ELEMENTS) {
    throw new WireError(`has the impossible shape ${shape.join('x')}`, 0)
  }
  if (count !== values.length) {
    throw new WireError(`has the shape ${shape.join('x')} (${count} values), but holds ${values.length} values`, 0)
  }
  return { tensor: values.tensor(shape), legacyShape }
}

function readShape(field: WireField): number[] {
  const dims: number[] = []
  for (const inner of wireFields(field.bytes)) {
    if (inner.number === 1 && (inner.type === 0 || inner.type === 2)) dims.push(...varints(inner))
  }
  return dims
}

/** A number of values that become a tensor once the shape is known to fit. */
interface BlobValues {
  length: number
  tensor(shape: readonly number[]): Tensor
}

function dataValues(packed: Uint8Array[], singles: Uint8Array[], doubles: Uint8Array[]): BlobValues {
  if (packed.length === 0 && singles.length === 0 && doubles.length > 0) return asFloat32('float64', joinBytes(doubles))
  // old files hold one field per value, and a writer may split a packed field
  return asFloat32('float32', joinBytes([...packed, ...singles]))
}

function rawValues(bytes: Uint8Array, type: number): BlobValues {
  const dtype = RAW_TYPES[type]
  if (dtype === undefined) throw new WireError(`holds values of the type ${type}, which are no floats`, 0)
  return asFloat32(dtype, bytes)
}

function asFloat32(dtype: (typeof RAW_TYPES)[number], bytes: Uint8Array): BlobValues {
  const width = { float64: 8, float32: 4, float16: 2 }[dtype]
  if (bytes.length % width !== 0)
    throw new WireError(`holds ${bytes.length} bytes of ${dtype}, no multiple of ${width}`, 0)
  const length = bytes.length / width
  if (dtype === 'float32') return { length, tensor: (shape) => new Tensor('float32', shape, bytes) }
  return {
    length,
    tensor(shape) {
      const { data } = new Tensor(dtype, [length], bytes)
      if (dtype === 'float64') return Tensor.float32(shape, Float32Array.from(data as Float64Array))
      return Tensor.float32(shape, Float32Array.from(data as Uint16Array, halfToFloat))
    },
  }
}
