import { type Conversion, refuse } from './context.ts'

/** BatchNormalization (9 lost `spatial`, 14 lost the training outputs): inference reads the first output alone. */
export const batchNormalization: Conversion = (graph, node) => {
  if (node.int('spatial', 1) === 0) refuse(node, 'statistics per pixel (spatial = 0) left ONNX with opset 9')
  if (node.int('training_mode', 0) === 1) refuse(node, 'it is in training mode')
  for (const name of ['spatial', 'momentum', 'training_mode', 'is_test']) node.attributes.delete(name)
  while (node.outputs.length > 1) node.outputs.pop()
  graph.setInputs(node, node.inputs)
}
