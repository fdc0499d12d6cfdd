/** Sums and products with constant numbers, read off the graph; for passes that recognise functions written out. */
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import { scalarConstant, soleProducer } from './rewrite.ts'

/** Equal but for the digits exporters drop. */
export const near = (a: number | undefined, b: number): boolean =>
  a !== undefined && Math.abs(a - b) <= 1e-4 * Math.max(1, Math.abs(b))

/** A Mul or Div by a constant: the other operand and the factor. */
export function scaledBy(graph: Graph, node: Node | undefined): { value: string; factor: number } | undefined {
  if (!node?.is('Mul', 'Div')) return undefined
  const [a, b] = node.inputs
  const right = scalarConstant(graph, b)
  if (right !== undefined) return { value: a, factor: node.is('Div') ? 1 / right : right }
  const left = scalarConstant(graph, a)
  return left !== undefined && node.is('Mul') ? { value: b, factor: left } : undefined
}

/** An Add of a constant: the other operand and the constant. */
export function shiftedBy(graph: Graph, node: Node | undefined): { value: string; shift: number } | undefined {
  if (!node?.is('Add')) return undefined
  const [a, b] = node.inputs
  const right = scalarConstant(graph, b)
  if (right !== undefined) return { value: a, shift: right }
  const left = scalarConstant(graph, a)
  return left === undefined ? undefined : { value: b, shift: left }
}

/** Peel constant factors off a product; what is left is the innermost Mul of two values. */
export function product(graph: Graph, node: Node): { factor: number; a: string; b: string } | undefined {
  let factor = 1
  let current: Node = node
  for (let scaled = scaledBy(graph, current); scaled; scaled = scaledBy(graph, current)) {
    factor *= scaled.factor
    const inner = soleProducer(graph, scaled.value, 'Mul', 'Div')
    if (!inner) return undefined
    current = inner
  }
  return current.is('Mul') ? { factor, a: current.inputs[0], b: current.inputs[1] } : undefined
}

/** A factor of the product without the constant it was multiplied by, where nothing else reads the multiple. */
export function unscaled(graph: Graph, value: string): { value: string; factor: number } {
  return scaledBy(graph, soleProducer(graph, value, 'Mul', 'Div')) ?? { value, factor: 1 }
}

export function orders({ a, b }: { a: string; b: string }): [string, string][] {
  return [
    [a, b],
    [b, a],
  ]
}
