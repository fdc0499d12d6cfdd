import { Tensor } from '../../ir/tensor.ts'
import type { Conversion } from './context.ts'

/** Split (13: sizes became an input; 18: equal parts need num_outputs). */
export const split: Conversion = (graph, node, opset) => {
  const sizes = node.ints('split')
  node.attributes.delete('split')
  if (sizes) {
    const name = graph.setConstant(graph.freshName(`${node.name}_split`), Tensor.int64([sizes.length], sizes))
    graph.setInputs(node, [node.inputs[0], name])
  } else if (opset < 18 && (node.inputs[1] === undefined || node.inputs[1] === '')) {
    node.attributes.set('num_outputs', { type: 'int', value: node.outputs.length })
  }
}
