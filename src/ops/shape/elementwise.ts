/** Functions of one value, and of two broadcast ones. */
import type { DType } from '../../ir/dtype.ts'
import { dtypeOf } from '../../onnx/dtypes.ts'
import { broadcastShapes } from '../broadcast.ts'
import { same, type ShapeContext, type ShapeFunction } from './context.ts'

export const unary: ShapeFunction = (context) => same(context, context.dims())

/** Every input broadcast; `dtype` of the result, the first input's where left out. */
export function broadcast(dtype?: DType, from = 0): ShapeFunction {
  return (context) => [{ dtype: dtype ?? context.dtype(from), shape: broadcastAll(context) }]
}

export function broadcastAll(context: ShapeContext) {
  const shapes = context.node.inputs.map((_, port) => context.dims(port))
  return broadcastShapes(shapes) ?? context.fail('the shapes cannot be broadcast together')
}

export const predicate: ShapeFunction = (context) => [{ dtype: 'bool', shape: context.dims() }]

export const cast: ShapeFunction = (context) => {
  const dtype = dtypeOf(context.node.int('to', 1))
  return [dtype && { dtype, shape: context.dims() }]
}

/** Dropout: value and mask. */
export const dropout: ShapeFunction = (context) => [
  { dtype: context.dtype(), shape: context.dims() },
  { dtype: 'bool', shape: context.dims() },
]

export const quantize: ShapeFunction = (context) => [
  { dtype: context.has(2) ? context.dtype(2) : 'uint8', shape: context.dims() },
]

export const dequantize: ShapeFunction = (context) => [{ dtype: context.dtype(1), shape: context.dims() }]
