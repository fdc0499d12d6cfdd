/** Multiply-accumulate operations of a node, for one run; 0 for operators without weights. */
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import { elementCount } from '../ir/tensor.ts'

/**
 * Conv: output elements x kernel elements per output channel. ConvTranspose: input elements x kernel elements per input channel. Gemm
 * and MatMul with a constant matrix: output elements x rows. Shapes must be known; constants must be in place.
 */
export function macs(graph: Graph, node: Node): number {
  const weight = graph.constant(node.inputs[1])
  if (!weight) return 0
  const elements = (value: string): number => elementCount(graph.shape(value) ?? [])
  if (node.is('Conv')) return (elements(node.outputs[0]) * weight.size) / weight.shape[0]
  if (node.is('ConvTranspose')) return (elements(node.inputs[0]) * weight.size) / weight.shape[0]
  if (!node.is('Gemm', 'MatMul')) return 0
  const columns = graph.shape(node.outputs[0])?.at(-1) ?? 1
  return (elements(node.outputs[0]) * weight.size) / columns
}
