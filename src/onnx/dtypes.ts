/** ONNX's numbers for element types (TensorProto.DataType). */
import type { DType } from '../ir/dtype.ts'

const NUMBERS: Readonly<Record<DType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
}

const DTYPES = new Map<number, DType>(Object.entries(NUMBERS).map(([dtype, number]) => [number, dtype as DType]))

/** Names of types ONNX knows and we refuse. */
const REFUSED = new Map([
  [14, 'complex64'],
  [15, 'complex128'],
  [17, 'float8e4m3fn'],
  [18, 'float8e4m3fnuz'],
  [19, 'float8e5m2'],
  [20, 'float8e5m2fnuz'],
  [21, 'uint4'],
  [22, 'int4'],
  [23, 'float4e2m1'],
])

export function dtypeNumber(dtype: DType): number {
  return NUMBERS[dtype]
}

/** The dtype, or undefined for a type we do not handle (see `dtypeLabel`). */
export function dtypeOf(number: number): DType | undefined {
  return DTYPES.get(number)
}

/** A name for messages, also of types we refuse. */
export function dtypeLabel(number: number): string {
  return DTYPES.get(number) ?? REFUSED.get(number) ?? `type ${number}`
}
