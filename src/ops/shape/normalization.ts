/** Operators whose first output looks like the input and whose further outputs are statistics. */
import { type ShapeFunction } from './context.ts'

/** BatchNormalization in inference form. */
export const batchNormalization: ShapeFunction = (context) => {
  const [, channels] = context.dims()
  if (context.shape(1)[0] !== channels && typeof channels === 'number') {
    context.fail(`the input has ${channels} channels, the parameters ${context.shape(1)[0]}`)
  }
  return [{ dtype: context.dtype(), shape: context.dims() }]
}

export const layerNormalization: ShapeFunction = (context) => {
  const shape = context.dims()
  const axis = context.axis(context.node.int('axis', -1))
  const statistics = shape.map((dim, i) => (i >= axis ? 1 : dim))
  return [
    { dtype: context.dtype(), shape },
    { dtype: 'float32', shape: statistics },
    { dtype: 'float32', shape: statistics },
  ]
}
