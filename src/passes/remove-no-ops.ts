/**
 * Remove nodes that return their input.
 *
 * Before: y = Identity(x) | Dropout(x) | Cast to x's own type | Reshape/Slice/Pad/Expand/Resize to x's own shape that moves
 *         nothing | Transpose that permutes nothing | x + 0, x * 1
 * After:  readers of y read x
 */
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import type { Pass } from './pass.ts'
import { bypass, scalarConstant } from './rewrite.ts'

export const removeNoOps: Pass = {
  name: 'remove-no-ops',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) {
      const kept = keptInput(graph, node)
      if (kept !== undefined && bypass(graph, node, kept)) rewrites++
    }
    return rewrites
  },
}

/** The input the node returns unchanged. */
function keptInput(graph: Graph, node: Node): string | undefined {
  const [input, second] = node.inputs
  if (node.is('Identity')) return input
  if (node.is('Dropout'))
    return node.outputs.slice(1).every((mask) => mask === '' || graph.consumers(mask).length === 0) ? input : undefined
  const from = graph.type(input)
  const to = graph.type(node.outputs[0])
  if (!from || from.dtype !== to?.dtype) return undefined
  if (node.is('Cast')) return input
  const sameShape = to.shape !== undefined && from.shape?.join() === to.shape.join()
  if (!sameShape) return undefined
  if (node.is('Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Expand', 'Slice', 'Tile')) {
    const reversing =
      node.is('Slice') &&
      graph
        .constant(node.inputs[4])
        ?.numbers()
        .some((step) => step !== 1)
    return reversing ? undefined : input
  }
  if (node.is('Transpose')) return node.ints('perm')?.every((axis, i) => axis === i) ? input : undefined
  if (node.is('Pad'))
    return graph
      .constant(second)
      ?.numbers()
      .every((pad) => pad === 0)
      ? input
      : undefined
  if (node.is('Concat')) return node.inputs.length === 1 ? input : undefined
  if (node.is('Resize'))
    return node.string('coordinate_transformation_mode', '') === 'tf_crop_and_resize' ? undefined : input
  if (node.is('Add', 'Sub')) return scalarConstant(graph, second) === 0 ? input : undefined
  if (node.is('Mul', 'Div')) return scalarConstant(graph, second) === 1 ? input : undefined
  return undefined
}
