/** Operators that move values. */
import type { Dim } from '../../ir/graph.ts'
import { elementCount } from '../../ir/tensor.ts'
import { broadcastShapes } from '../broadcast.ts'
import { same, type ShapeFunction, Unknown } from './context.ts'

export const reshape: ShapeFunction = (context) => {
  const wanted = context.numbers(1)
  if (!wanted) throw new Unknown()
  const input = context.dims()
  const zeroIsZero = context.node.int('allowzero', 0) === 1
  const shape = wanted.map((dim, i): Dim => (dim === 0 && !zeroIsZero ? input[i] : dim))
  const open = shape.indexOf(-1)
  if (open >= 0) {
    const size = elementCount(context.shape())
    const rest = shape.reduce<number>((product, dim, i) => (i === open ? product : product * Number(dim)), 1)
    if (rest === 0 || size % rest !== 0) context.fail(`${size} elements cannot take the shape [${wanted.join(', ')}]`)
    shape[open] = size / rest
  } else if (input.every((dim) => typeof dim === 'number') && shape.every((dim) => typeof dim === 'number')) {
    if (elementCount(shape) !== elementCount(input)) {
      context.fail(`${elementCount(input)} elements cannot take the shape [${wanted.join(', ')}]`)
    }
  }
  return same(context, shape)
}

export const flatten: ShapeFunction = (context) => {
  const shape = context.shape()
  const given = context.node.int('axis', 1)
  const axis = given < 0 ? given + shape.length : given
  return same(context, [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))])
}

export const transpose: ShapeFunction = (context) => {
  const input = context.dims()
  const perm = context.node.ints('perm') ?? input.map((_, i) => input.length - 1 - i)
  if (perm.length !== input.length) context.fail(`perm [${perm.join(', ')}] does not fit rank ${input.length}`)
  return same(
    context,
    perm.map((axis) => input[axis]),
  )
}

export const squeeze: ShapeFunction = (context) => {
  const input = context.dims()
  const axes = context.numbers(1)?.map((axis) => context.axis(axis))
  return same(
    context,
    input.filter((dim, i) => (axes ? !axes.includes(i) : dim !== 1)),
  )
}

export const unsqueeze: ShapeFunction = (context) => {
  const given = context.numbers(1) ?? []
  const rank = context.rank() + given.length
  const axes = new Set(given.map((axis) => context.axis(axis, rank)))
  const input = [...context.dims()]
  return same(
    context,
    Array.from({ length: rank }, (_, i) => (axes.has(i) ? 1 : input.shift()!)),
  )
}

export const concat: ShapeFunction = (context) => {
  const axis = context.axis(context.node.int('axis', 0))
  const shapes = context.node.inputs.map((_, port) => context.dims(port))
  const result = [...shapes[0]]
  for (const shape of shapes.slice(1)) {
    if (shape.length !== result.length) context.fail('the inputs differ in rank')
    for (const [i, dim] of shape.entries()) {
      if (i === axis) continue
      if (typeof dim === 'number' && typeof result[i] === 'number' && dim !== result[i]) {
        context.fail(`the inputs differ along axis ${i}`)
      }
      if (typeof result[i] === 'string') result[i] = dim
    }
  }
  const joined = shapes.map((shape) => shape[axis])
  result[axis] = joined.every((dim) => typeof dim === 'number')
    ? joined.reduce<number>((sum, dim) => sum + dim, 0)
    : `${context.node.name}_dim${axis}`
  return same(context, result)
}

export const split: ShapeFunction = (context) => {
  const input = context.shape()
  const axis = context.axis(context.node.int('axis', 0))
  const count = context.node.int('num_outputs', context.node.outputs.length)
  const even = Math.ceil(input[axis] / count)
  const sizes = context.numbers(1) ?? Array.from({ length: count }, (_, i) => Math.min(even, input[axis] - i * even))
  return sizes.map((size) => ({ dtype: context.dtype(), shape: input.map((dim, i) => (i === axis ? size : dim)) }))
}

export const slice: ShapeFunction = (context) => {
  const shape = [...context.dims()]
  const starts = context.numbers(1) ?? []
  const ends = context.numbers(2) ?? []
  const axes = context.numbers(3) ?? starts.map((_, i) => i)
  const steps = context.numbers(4) ?? starts.map(() => 1)
  for (const [i, given] of axes.entries()) {
    const axis = context.axis(given)
    const dim = shape[axis]
    shape[axis] =
      typeof dim === 'number' ? sliceLength(dim, starts[i], ends[i], steps[i]) : `${context.node.name}_dim${axis}`
  }
  return same(context, shape)
}

/** Number of elements that start:end:step takes out of `size` (Python's rules, clamped). */
export function sliceLength(size: number, start: number, end: number, step: number): number {
  const [from, to] = sliceBounds(size, start, end, step)
  return Math.max(0, Math.ceil((to - from) / step))
}

/** Clamped bounds of a slice. */
export function sliceBounds(size: number, start: number, end: number, step: number): [number, number] {
  const wrap = (index: number): number => (index < 0 ? index + size : index)
  const clamp = (index: number, low: number, high: number): number => Math.min(Math.max(index, low), high)
  return step > 0
    ? [clamp(wrap(start), 0, size), clamp(wrap(end), 0, size)]
    : [clamp(wrap(start), 0, size - 1), clamp(wrap(end), -1, size - 1)]
}

export const pad: ShapeFunction = (context) => {
  const shape = [...context.dims()]
  const pads = context.numbers(1) ?? []
  const axes = context.numbers(3) ?? shape.map((_, i) => i)
  for (const [i, given] of axes.entries()) {
    const axis = context.axis(given)
    const dim = shape[axis]
    if (typeof dim === 'number') shape[axis] = dim + pads[i] + pads[i + axes.length]
    else if (pads[i] + pads[i + axes.length] !== 0) shape[axis] = `${context.node.name}_dim${axis}`
  }
  return same(context, shape)
}

export const expand: ShapeFunction = (context) => {
  const wanted = context.numbers(1)
  if (!wanted) throw new Unknown()
  return same(
    context,
    broadcastShapes([context.dims(), wanted]) ?? context.fail(`cannot expand to [${wanted.join(', ')}]`),
  )
}

export const tile: ShapeFunction = (context) => {
  const repeats = context.numbers(1) ?? []
  return same(
    context,
    context.shape().map((dim, i) => dim * repeats[i]),
  )
}

export const depthToSpace: ShapeFunction = (context) => {
  const [batch, channels, height, width] = context.shape()
  const block = context.node.int('blocksize', 1)
  return same(context, [batch, channels / block ** 2, height * block, width * block])
}

export const spaceToDepth: ShapeFunction = (context) => {
  const [batch, channels, height, width] = context.shape()
  const block = context.node.int('blocksize', 1)
  return same(context, [batch, channels * block ** 2, height / block, width / block])
}
