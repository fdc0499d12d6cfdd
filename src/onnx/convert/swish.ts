import { Tensor } from '../../ir/tensor.ts'
import type { Conversion } from './context.ts'

/**
 * Swish (24) is not known at the internal opset.
 *
 * Before: y = Swish(x, alpha)
 * After:  y = x * Sigmoid(alpha * x)
 */

export const swish: Conversion = (graph, node) => {
  const alpha = node.float('alpha', 1)
  const [x] = node.inputs
  const [y] = node.outputs
  let argument = x
  if (alpha !== 1) {
    argument = graph.freshName(`${y}_scaled`)
    const factor = graph.setConstant(graph.freshName(`${node.name}_alpha`), Tensor.float32([], [alpha]))
    graph.addNode({ name: `${node.name}_scale`, opType: 'Mul', inputs: [x, factor], outputs: [argument] })
  }
  const gate = graph.freshName(`${y}_gate`)
  graph.addNode({ name: `${node.name}_sigmoid`, opType: 'Sigmoid', inputs: [argument], outputs: [gate] })
  node.attributes.delete('alpha')
  node.opType = 'Mul'
  graph.setInputs(node, [x, gate])
}
