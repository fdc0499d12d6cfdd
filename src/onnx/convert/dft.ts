import { Tensor } from '../../ir/tensor.ts'
import type { Conversion } from './context.ts'

/** DFT (20): `axis` (default 1) became an input (default -2). */
export const dft: Conversion = (graph, node, opset) => {
  if (opset >= 20) return
  const axis = graph.setConstant(graph.freshName(`${node.name}_axis`), Tensor.int64([], [node.int('axis', 1)]))
  node.attributes.delete('axis')
  graph.setInputs(node, [node.inputs[0], node.inputs[1] ?? '', axis])
}
