/**
 * Walking back from an output to the values that decide it.
 *
 * Reshape, Transpose, Concat, Slice and the like only arrange; a Softmax is judged by its logits, an ArgMax by what it compares,
 * at the resolution before any Resize. The leaves are where the walk ends.
 */
import type { Graph } from '../../ir/graph.ts'
import type { Node } from '../../ir/node.ts'

export interface Leaf {
  /** The graph output it belongs to. */
  output: string
  value: string
  shape: readonly number[]
  /** What follows on the way to the output: `none` where the value itself is passed on. */
  ending: 'sigmoid' | 'softmax' | 'argmax' | 'none'
  /** Axis of the channels where the graph says so (that of ArgMax or Softmax). */
  axis: number | undefined
  /** `softmax`: the probabilities, which the leaf's value are the logits of. */
  probabilities: string | undefined
}

/** Operators that arrange values of their first input. */
const ARRANGING: readonly string[] =
  'Reshape Flatten Transpose Squeeze Unsqueeze Identity Slice Split Gather Expand Cast'.split(' ')

/** Leaves of one output; each value once. */
export function outputLeaves(graph: Graph, output: string): Leaf[] {
  const leaves = new Map<string, Leaf>()
  const seen = new Set<string>()
  const add = (leaf: Omit<Leaf, 'output' | 'shape'>): void => {
    const shape = graph.shape(leaf.value)
    if (shape && !leaves.has(leaf.value)) leaves.set(leaf.value, { ...leaf, output, shape })
  }
  const walk = (value: string): void => {
    if (seen.has(value) || graph.constant(value)) return
    seen.add(value)
    const node = graph.producer(value)
    if (node?.is(...ARRANGING)) return walk(node.inputs[0])
    if (node?.is('Concat')) return node.inputs.forEach(walk)
    if (node?.is('Softmax', 'LogSoftmax')) {
      const probabilities = node.is('Softmax') ? value : undefined
      return add({ value: node.inputs[0], ending: 'softmax', axis: softmaxAxis(graph, node), probabilities })
    }
    if (node?.is('ArgMax')) return add({ ...compared(graph, node), ending: 'argmax', probabilities: undefined })
    const isUsable = graph.type(value)?.dtype === 'float32' && graph.shape(value) !== undefined
    if (node && !isUsable) return node.inputs.filter((input) => input !== '').forEach(walk)
    const ending = node?.is('Sigmoid', 'HardSigmoid') ? 'sigmoid' : 'none'
    if (isUsable) add({ value, ending, axis: undefined, probabilities: undefined })
  }
  walk(output)
  return [...leaves.values()]
}

function softmaxAxis(graph: Graph, node: Node): number | undefined {
  return normalised(graph, node.inputs[0], node.int('axis', -1))
}

function normalised(graph: Graph, value: string, axis: number): number | undefined {
  const rank = graph.shape(value)?.length
  return rank === undefined ? undefined : axis < 0 ? axis + rank : axis
}

/** What an ArgMax compares: its input, before Resize, Transpose and Softmax. */
function compared(graph: Graph, node: Node): { value: string; axis: number | undefined } {
  let value = node.inputs[0]
  let axis = normalised(graph, value, node.int('axis', 0))
  for (;;) {
    const producer = graph.producer(value)
    if (!producer?.is('Resize', 'Transpose', 'Softmax', 'LogSoftmax', 'Identity')) return { value, axis }
    const source = producer.inputs[0]
    if (producer.is('Transpose') && axis !== undefined) {
      axis = producer.ints('perm')?.[axis] ?? graph.shape(source)!.length - 1 - axis
    }
    // A Resize of the compared axis itself would mix classes.
    const before = axis === undefined ? undefined : graph.shape(source)?.[axis]
    if (before === undefined || before !== graph.shape(value)?.[axis!]) {
      if (!producer.is('Transpose')) return { value, axis }
    }
    value = source
  }
}
