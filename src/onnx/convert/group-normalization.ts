import { float } from '../../ir/node.ts'
import { Tensor } from '../../ir/tensor.ts'
import type { Conversion } from './context.ts'

/**
 * GroupNormalization (21): before, scale and bias had one value per group; now one per channel.
 *
 * Before: y = GroupNormalization(x, scale, bias, num_groups)
 * After:  y = Reshape(InstanceNormalization(Reshape(x, [0, num_groups, -1]), scale, bias), Shape(x))
 */
export const groupNormalization: Conversion = (graph, node, opset) => {
  if (opset >= 21) return
  const [input, scale, bias] = node.inputs
  const [output] = node.outputs
  const grouped = graph.freshName(`${output}_grouped`)
  const result = graph.freshName(`${output}_groups`)
  const shape = graph.freshName(`${output}_shape`)
  const target = graph.setConstant(
    graph.freshName(`${node.name}_grouping`),
    Tensor.int64([3], [0, node.int('num_groups', 1), -1]),
  )
  const epsilon = node.float('epsilon', 1e-5)
  graph.addNode({ name: `${node.name}_group`, opType: 'Reshape', inputs: [input, target], outputs: [grouped] })
  graph.addNode({ name: `${node.name}_shape`, opType: 'Shape', inputs: [input], outputs: [shape] })
  graph.addNode({ name: `${node.name}_restore`, opType: 'Reshape', inputs: [result, shape], outputs: [output] })
  node.opType = 'InstanceNormalization'
  node.attributes.clear()
  node.attributes.set('epsilon', float(epsilon))
  graph.setInputs(node, [grouped, scale, bias])
  graph.setOutput(node, 0, result)
}
