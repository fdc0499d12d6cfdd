/** Operators whose result is made from shapes and constants. */
import { dtypeOf } from '../../onnx/dtypes.ts'
import { elementCount } from '../../ir/tensor.ts'
import { type ShapeFunction } from './context.ts'

export const constant: ShapeFunction = ({ node }) => {
  const tensor = node.tensor('value')
  if (tensor) return [{ dtype: tensor.dtype, shape: tensor.shape }]
  const list = node.floats('value_floats') ?? node.ints('value_ints')
  const float = node.attributes.has('value_float') || node.attributes.has('value_floats')
  return [{ dtype: float ? 'float32' : 'int64', shape: list ? [list.length] : [] }]
}

export const constantOfShape: ShapeFunction = (context) => [
  { dtype: context.node.tensor('value')?.dtype ?? 'float32', shape: context.numbers(0) },
]

export const shapeOf: ShapeFunction = (context) => {
  const rank = context.rank()
  const clamp = (index: number): number => Math.min(Math.max(index < 0 ? index + rank : index, 0), rank)
  const length = clamp(context.node.int('end', rank)) - clamp(context.node.int('start', 0))
  return [{ dtype: 'int64', shape: [Math.max(0, length)] }]
}

export const sizeOf: ShapeFunction = () => [{ dtype: 'int64', shape: [] }]

export const range: ShapeFunction = (context) => {
  const [start] = context.numbers(0) ?? [0]
  const [limit] = context.numbers(1) ?? [0]
  const [delta] = context.numbers(2) ?? [1]
  return [{ dtype: context.dtype(), shape: [Math.max(0, Math.ceil((limit - start) / delta))] }]
}

export const eyeLike: ShapeFunction = (context) => [
  { dtype: dtypeOf(context.node.int('dtype', 0)) ?? context.dtype(), shape: context.dims() },
]

/** RandomNormal and friends. */
export const random: ShapeFunction = ({ node }) => {
  const shape = node.ints('shape') ?? []
  return [{ dtype: dtypeOf(node.int('dtype', 1)) ?? 'float32', shape: elementCount(shape) >= 0 ? shape : undefined }]
}
