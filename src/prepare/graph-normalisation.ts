/** What the arithmetic before a network's first layer says of the pixels that it takes; for `openmapper init`. */
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'

export interface GraphNormalisation {
  /** The first arithmetic with a constant behind the input. */
  node: Node
  /** Pixels that it is made for: 0..255 or 0..1; undefined where its constants leave that open. */
  range: 'bytes' | 'unit' | undefined
}

/** `factor * pixel + offset`, with the means of the constants: per channel they are of one size. */
interface Affine {
  factor: number
  offset: number
}

const PASSING = ['Transpose', 'Cast', 'Identity', 'Reshape', 'Gather', 'Concat', 'Split'] as const

/** Undefined where the input meets a layer first. */
export function graphNormalisation(graph: Graph, input: string): GraphNormalisation | undefined {
  let value = input
  let affine: Affine = { factor: 1, offset: 0 }
  let first: Node | undefined
  for (;;) {
    const [reader, ...others] = graph.consumers(value)
    if (reader === undefined || others.length > 0) break
    if (reader.is('BatchNormalization') && first === undefined) return { node: reader, range: rangeSeen(graph, reader) }
    if (reader.is('Sub', 'Add', 'Mul', 'Div')) {
      const next = apply(graph, reader, value, affine)
      if (next === undefined) break
      first ??= reader
      affine = next
    } else if (!reader.is(...PASSING)) break
    value = reader.outputs[0]
  }
  return first && { node: first, range: rangeOf(affine) }
}

/** Undefined where the other operand is no constant, or the division is by the pixels. */
function apply(graph: Graph, node: Node, value: string, { factor, offset }: Affine): Affine | undefined {
  const isFirst = node.inputs[0] === value
  const constant = meanOf(graph, node.inputs[isFirst ? 1 : 0])
  if (constant === undefined) return undefined
  if (node.is('Add')) return { factor, offset: offset + constant }
  if (node.is('Mul')) return { factor: factor * constant, offset: offset * constant }
  if (node.is('Sub')) {
    return isFirst ? { factor, offset: offset - constant } : { factor: -factor, offset: constant - offset }
  }
  return isFirst ? { factor: factor / constant, offset: offset / constant } : undefined
}

/**
 * The mean colour that is taken away is that of bytes or of 0..1; without one, the factor makes one of these the other. Else the mean may have
 * been taken away elsewhere.
 */
function rangeOf({ factor, offset }: Affine): GraphNormalisation['range'] {
  const mean = -offset / factor
  const size = Math.abs(factor)
  if (!Number.isFinite(mean)) return undefined
  if (mean > 1.5 || (offset === 0 && size * 255 <= 2.1)) return 'bytes'
  if (offset === 0) return size >= 127 ? 'unit' : undefined
  return size >= 0.5 && mean > 0.05 && mean <= 1 ? 'unit' : undefined
}

/** By the pixels seen while training. A mean near 0 and a deviation near 1 were normalised elsewhere, which leaves it open. */
function rangeSeen(graph: Graph, normalization: Node): GraphNormalisation['range'] {
  const [mean, variance] = [3, 4].map((index) => meanOf(graph, normalization.inputs[index]))
  if (mean === undefined || variance === undefined) return undefined
  const deviation = Math.sqrt(variance)
  if (mean > 5) return 'bytes'
  return mean > 0.2 && mean < 0.8 && deviation < 0.4 ? 'unit' : undefined
}

function meanOf(graph: Graph, name: string): number | undefined {
  const values = graph.constant(name)?.numbers()
  return values && values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined
}
