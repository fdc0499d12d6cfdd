import type { Conversion } from './context.ts'

/** Dropout (12: ratio became an input): in inference only the data input matters. */
export const dropout: Conversion = (graph, node, opset) => {
  if (opset >= 12) return
  for (const name of ['ratio', 'seed', 'is_test']) node.attributes.delete(name)
  graph.setInputs(node, [node.inputs[0]])
}
