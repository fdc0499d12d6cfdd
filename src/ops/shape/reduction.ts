/** Reductions, ArgMax, TopK. */
import type { Dim } from '../../ir/graph.ts'
import { type ShapeContext, type ShapeFunction } from './context.ts'

function reduced(context: ShapeContext, axes: readonly number[] | undefined, keep: boolean): Dim[] {
  const input = context.dims()
  const gone = new Set((axes ?? input.map((_, i) => i)).map((axis) => context.axis(axis)))
  return keep ? input.map((dim, i) => (gone.has(i) ? 1 : dim)) : input.filter((_, i) => !gone.has(i))
}

export const reduce: ShapeFunction = (context) => {
  const given = context.numbers(1)
  const noop = context.node.int('noop_with_empty_axes', 0) === 1
  if (given?.length === 0 || !given) {
    if (noop) return [{ dtype: context.dtype(), shape: context.dims() }]
  }
  const axes = given && given.length > 0 ? given : undefined
  return [{ dtype: context.dtype(), shape: reduced(context, axes, context.node.int('keepdims', 1) === 1) }]
}

export const argMax: ShapeFunction = (context) => {
  const keep = context.node.int('keepdims', 1) === 1
  return [{ dtype: 'int64', shape: reduced(context, [context.node.int('axis', 0)], keep) }]
}

export const topK: ShapeFunction = (context) => {
  const axis = context.axis(context.node.int('axis', -1))
  const [k] = context.numbers(1) ?? [0]
  const shape = context.dims().map((dim, i) => (i === axis ? k : dim))
  return [
    { dtype: context.dtype(), shape },
    { dtype: 'int64', shape },
  ]
}
