/** Element types of tensors, named as ONNX names them, and what each needs in memory. */

export type DType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool'
  | 'string'

/** The array that holds elements of each type (float16 and bfloat16 as raw 16-bit words, bool as 0/1 bytes). */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array

type ArrayConstructor = {
  readonly BYTES_PER_ELEMENT: number
  new (length: number): TypedArray
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray
}

const CONSTRUCTORS: Record<Exclude<DType, 'string'>, ArrayConstructor> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
}

/** Bytes of one element. Strings have no fixed size and are refused by the callers that need one. */
export function bytesPerElement(dtype: DType): number {
  return arrayConstructor(dtype).BYTES_PER_ELEMENT
}

/** Constructor of the typed array for a dtype. Throws for `string`. */
export function arrayConstructor(dtype: DType): ArrayConstructor {
  if (dtype === 'string') throw new TypeError('string tensors have no typed array')
  return CONSTRUCTORS[dtype]
}
