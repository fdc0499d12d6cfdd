/** MatMul, Gemm. */
import type { Dim } from '../../ir/graph.ts'
import { broadcastShapes } from '../broadcast.ts'
import { same, type ShapeFunction } from './context.ts'

export const matmul: ShapeFunction = (context) => {
  const a = context.dims(0)
  const b = context.dims(1)
  const left = a.length === 1 ? [1, ...a] : a
  const right = b.length === 1 ? [...b, 1] : b
  const inner = [left[left.length - 1], right[right.length - 2]]
  if (inner.every((dim) => typeof dim === 'number') && inner[0] !== inner[1]) {
    context.fail(`inner dimensions ${inner[0]} and ${inner[1]} differ`)
  }
  const batch = broadcastShapes([left.slice(0, -2), right.slice(0, -2)]) ?? context.fail('the batch shapes do not fit')
  const tail: Dim[] = []
  if (a.length > 1) tail.push(left[left.length - 2])
  if (b.length > 1) tail.push(right[right.length - 1])
  return same(context, [...batch, ...tail])
}

export const gemm: ShapeFunction = (context) => {
  const a = context.dims(0)
  const b = context.dims(1)
  const [rows, innerA] = context.node.int('transA', 0) === 1 ? [a[1], a[0]] : [a[0], a[1]]
  const [innerB, columns] = context.node.int('transB', 0) === 1 ? [b[1], b[0]] : [b[0], b[1]]
  if (a.length !== 2 || b.length !== 2) context.fail('both inputs must have rank 2')
  if (typeof innerA === 'number' && typeof innerB === 'number' && innerA !== innerB) {
    context.fail(`inner dimensions ${innerA} and ${innerB} differ`)
  }
  return same(context, [rows, columns])
}
