import { Tensor } from '../../ir/tensor.ts'
import type { Conversion } from './context.ts'

/** TopK (10): k became an input. */
export const topK: Conversion = (graph, node, opset) => {
  if (opset >= 10) return
  const k = node.int('k', 1)
  node.attributes.delete('k')
  const name = graph.setConstant(graph.freshName(`${node.name}_k`), Tensor.int64([1], [k]))
  graph.setInputs(node, [node.inputs[0], name])
}
