/** TensorProto -> Tensor, as a view on the file where its form allows. */
import { ReadError } from '../errors.ts'
import { arrayConstructor, bytesPerElement, type DType } from '../ir/dtype.ts'
import { joinBytes } from '../ir/join-bytes.ts'
import { elementCount, Tensor } from '../ir/tensor.ts'
import { dtypeLabel, dtypeOf } from './dtypes.ts'
import type { TensorProto } from './gen/onnx_pb.ts'

/** Reads a file that lies beside the model (external data). */
export type ExternalReader = (location: string) => Uint8Array

/** Decode a constant. Throws ReadError for unsupported types and for data that do not fit the shape. */
export function decodeTensor(proto: TensorProto, external: ExternalReader | undefined): Tensor {
  const dtype = dtypeOf(proto.dataType)
  const where = proto.name
  if (dtype === undefined || dtype === 'string') {
    throw new ReadError(
      'READ_TENSOR_TYPE',
      `constant '${where}' has element type ${dtypeLabel(proto.dataType)}, which is not supported`,
      {
        where,
        fix: 'export the model with float32 weights',
      },
    )
  }
  const shape = proto.dims.map(Number)
  const bytes = tensorBytes(proto, dtype, external)
  const expected = elementCount(shape) * bytesPerElement(dtype)
  if (shape.some((dim) => dim < 0) || bytes.byteLength !== expected) {
    throw new ReadError(
      'READ_TENSOR_SIZE',
      `constant '${where}' is ${dtype}[${shape.join(', ')}] = ${expected} bytes, but the file holds ${bytes.byteLength}`,
      { where, fix: 'the file is damaged or was cut off: export or download it again' },
    )
  }
  return new Tensor(dtype, shape, bytes)
}

/** Each type has one typed field; `raw_data` and external files serve all. */
function tensorBytes(proto: TensorProto, dtype: DType, external: ExternalReader | undefined): Uint8Array {
  if (proto.dataLocation === 1) return externalBytes(proto, external)
  if (proto.rawData.byteLength > 0) return proto.rawData
  switch (dtype) {
    case 'float32':
      return joinBytes(proto.floatData)
    case 'float64':
      return joinBytes(proto.doubleData)
    case 'int64':
      return bytesOf(BigInt64Array.from(proto.int64Data))
    case 'uint64':
      return bytesOf(BigUint64Array.from(proto.uint64Data))
    case 'uint32':
      return bytesOf(Uint32Array.from(proto.uint64Data, Number))
    default: {
      // int8, uint8, int16, uint16, bool, float16 and bfloat16 (bit patterns) and int32 all travel as int32
      const narrow = new (arrayConstructor(dtype))(proto.int32Data.length)
      for (const [i, value] of proto.int32Data.entries()) narrow[i] = value
      return bytesOf(narrow)
    }
  }
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
}

function externalBytes(proto: TensorProto, external: ExternalReader | undefined): Uint8Array {
  const entry = (key: string): string | undefined => proto.externalData.find((pair) => pair.key === key)?.value
  const location = entry('location')
  const where = proto.name
  if (location === undefined || external === undefined) {
    throw new ReadError(
      'READ_EXTERNAL_MISSING',
      `constant '${where}' lies in another file${location ? ` (${location})` : ''}, which was not given`,
      {
        where,
        fix: 'keep the external data file in the folder of the .onnx file',
      },
    )
  }
  const file = external(location)
  const offset = Number(entry('offset') ?? 0)
  const length = Number(entry('length') ?? file.byteLength - offset)
  const whole = Number.isInteger(offset) && Number.isInteger(length)
  if (!(whole && offset >= 0 && length >= 0 && offset + length <= file.byteLength)) {
    throw new ReadError(
      'READ_EXTERNAL_RANGE',
      `constant '${where}' should lie at bytes ${offset}..${offset + length} of ${location}, which has ${file.byteLength}`,
      { where, fix: 'the external data file is cut off or belongs to another model: copy both files again' },
    )
  }
  return file.subarray(offset, offset + length)
}
