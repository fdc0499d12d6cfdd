import { string } from '../../ir/node.ts'
import { Tensor } from '../../ir/tensor.ts'
import type { Conversion } from './context.ts'

/**
 * Upsample (until 9) and Resize (10) become Resize as of 11: asymmetric coordinates, nearest rounds down, scales on port 2.
 */
export const resize: Conversion = (graph, node, opset) => {
  if (opset >= 11) {
    // roi is only read by tf_crop_and_resize; an empty constant there is as good as none
    if (graph.constant(node.inputs[1])?.size === 0) graph.setInput(node, 1, '')
    if (graph.constant(node.inputs[2])?.size === 0) graph.setInput(node, 2, '')
    return
  }
  const attribute = node.floats('scales')
  const scales = attribute
    ? graph.setConstant(graph.freshName(`${node.name}_scales`), Tensor.float32([attribute.length], [...attribute]))
    : node.inputs[1]
  node.attributes.delete('scales')
  node.opType = 'Resize'
  graph.setInputs(node, [node.inputs[0], '', scales])
  const mode = node.string('mode', 'nearest')
  node.attributes.set('mode', string(mode === 'bilinear' ? 'linear' : mode))
  node.attributes.set('coordinate_transformation_mode', string('asymmetric'))
  node.attributes.set('nearest_mode', string('floor'))
}
