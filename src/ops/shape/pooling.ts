/** Pooling. */
import { windowOf, windowOutput } from '../window.ts'
import { type ShapeContext, type ShapeFunction } from './context.ts'

function pooled(context: ShapeContext): number[] {
  const input = context.shape()
  const spatial = input.slice(2)
  const window = windowOf(context.node, context.node.ints('kernel_shape') ?? [], spatial)
  const ceil = context.node.int('ceil_mode', 0) === 1
  const output = spatial.map((size, axis) => windowOutput(size, axis, window, ceil))
  if (output.some((size) => size < 1)) context.fail('the window does not fit into the input')
  return [input[0], input[1], ...output]
}

export const pool: ShapeFunction = (context) => [{ dtype: context.dtype(), shape: pooled(context) }]

/** Second output: indices. */
export const maxPool: ShapeFunction = (context) => {
  const shape = pooled(context)
  return [
    { dtype: context.dtype(), shape },
    { dtype: 'int64', shape },
  ]
}

export const globalPool: ShapeFunction = (context) => {
  const [batch, channels, ...spatial] = context.dims()
  return [{ dtype: context.dtype(), shape: [batch, channels, ...spatial.map(() => 1)] }]
}
