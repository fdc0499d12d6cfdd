import { int } from '../../ir/node.ts'
import type { Conversion } from './context.ts'

/**
 * Softmax, LogSoftmax, Hardmax (13): before, the input was flattened to two dimensions at `axis` (default 1) and the function
 * ran over all of the second one; now it runs over one axis (default -1).
 *
 * Before: y = Softmax(x, axis)
 * After:  y = Reshape(Softmax(Flatten(x, axis), -1), Shape(x)); plain Softmax(axis=-1) where axis was already the last one
 */
export const softmax: Conversion = (graph, node, opset) => {
  if (opset >= 13) return
  const axis = node.int('axis', 1)
  const rank = graph.type(node.inputs[0])?.shape?.length
  node.attributes.set('axis', int(-1))
  if (axis === -1 || (rank !== undefined && axis === rank - 1)) return
  const [input] = node.inputs
  const [output] = node.outputs
  const flat = graph.freshName(`${output}_flat`)
  const result = graph.freshName(`${output}_rows`)
  const shape = graph.freshName(`${output}_shape`)
  graph.addNode({
    name: `${node.name}_flatten`,
    opType: 'Flatten',
    inputs: [input],
    outputs: [flat],
    attributes: { axis: int(axis) },
  })
  graph.addNode({ name: `${node.name}_shape`, opType: 'Shape', inputs: [input], outputs: [shape] })
  graph.addNode({ name: `${node.name}_restore`, opType: 'Reshape', inputs: [result, shape], outputs: [output] })
  graph.setInputs(node, [flat])
  graph.setOutput(node, 0, result)
}
