import type { Conversion } from './context.ts'

/** BatchNormalization (9 lost `spatial`, 14 lost the training outputs): inference reads the first output alone. */
export const batchNormalization: Conversion = (graph, node) => {
  for (const name of ['spatial', 'momentum', 'training_mode', 'is_test']) node.attributes.delete(name)
  while (node.outputs.length > 1) node.outputs.pop()
  graph.setInputs(node, node.inputs)
}
