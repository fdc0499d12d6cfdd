/** Gather and its relatives, Where, OneHot, NonMaxSuppression. */
import { broadcastShapes } from '../broadcast.ts'
import { same, type ShapeFunction } from './context.ts'

export const gather: ShapeFunction = (context) => {
  const data = context.dims(0)
  const axis = context.axis(context.node.int('axis', 0))
  return same(context, [...data.slice(0, axis), ...context.dims(1), ...data.slice(axis + 1)])
}

export const gatherElements: ShapeFunction = (context) => same(context, context.dims(1))

export const gatherND: ShapeFunction = (context) => {
  const batch = context.node.int('batch_dims', 0)
  const indices = context.dims(1)
  const depth = indices[indices.length - 1]
  if (typeof depth !== 'number') return [undefined]
  return same(context, [...indices.slice(0, -1), ...context.dims(0).slice(batch + depth)])
}

export const where: ShapeFunction = (context) => {
  const shape = broadcastShapes([context.dims(0), context.dims(1), context.dims(2)])
  return [{ dtype: context.dtype(1), shape: shape ?? context.fail('the shapes cannot be broadcast together') }]
}

export const oneHot: ShapeFunction = (context) => {
  const indices = context.dims(0)
  const [depth] = context.numbers(1) ?? [0]
  const axis = context.axis(context.node.int('axis', -1), indices.length + 1)
  return [{ dtype: context.dtype(2), shape: [...indices.slice(0, axis), depth, ...indices.slice(axis)] }]
}

export const nonZero: ShapeFunction = (context) => [
  { dtype: 'int64', shape: [context.rank(), `${context.node.name}_count`] },
]

export const nonMaxSuppression: ShapeFunction = (context) => [
  { dtype: 'int64', shape: [`${context.node.name}_count`, 3] },
]
