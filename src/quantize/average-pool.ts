/**
 * AveragePools that onnxruntime's integer kernel computes differently, or not at all:
 *
 * - it has no dilations;
 * - with ceil_mode the last windows may reach beyond the padding. The operator does not count what lies there, the kernel does
 *   where count_include_pad is set.
 */
import type { Graph } from '../ir/graph.ts'
import { int, type Node } from '../ir/node.ts'
import { windowOf } from '../ops/window.ts'

/** True where no other attributes say the same: such a node stays in float. */
export function isFloatAveragePool(graph: Graph, node: Node): boolean {
  if (!node.is('AveragePool')) return false
  return isDilated(node) || (countsPadsAndBeyond(node) && isPadded(node) && reachesBeyond(graph, node))
}

/**
 * Change the attributes of any other AveragePool to ones the kernel takes: no dilations of 1; no count_include_pad where nothing
 * is padded, or else no ceil_mode where nothing lies beyond the padding.
 */
export function emitAveragePool(node: Node): void {
  if (!node.is('AveragePool')) return
  node.attributes.delete('dilations')
  if (!countsPadsAndBeyond(node)) return
  if (isPadded(node)) node.attributes.set('ceil_mode', int(0))
  else node.attributes.set('count_include_pad', int(0))
}

function isDilated(node: Node): boolean {
  return (node.ints('dilations') ?? []).some((step) => step !== 1)
}

function countsPadsAndBeyond(node: Node): boolean {
  return node.int('ceil_mode', 0) === 1 && node.int('count_include_pad', 0) === 1
}

function isPadded(node: Node): boolean {
  const mode = node.string('auto_pad', 'NOTSET')
  return mode === 'NOTSET' ? (node.ints('pads') ?? []).some((pad) => pad > 0) : mode !== 'VALID'
}

/** The last window ends behind the padded input, on some axis. */
function reachesBeyond(graph: Graph, node: Node): boolean {
  const input = graph.shape(node.inputs[0])
  const output = graph.shape(node.outputs[0])
  if (!input || !output) return true
  const { kernel, strides, dilations, pads } = windowOf(node, node.ints('kernel_shape')!, input.slice(2))
  return kernel.some((size, axis) => {
    const end = (output[axis + 2] - 1) * strides[axis] + (size - 1) * dilations[axis] + 1
    return end > input[axis + 2] + pads[axis] + pads[axis + kernel.length]
  })
}
