import type { Graph } from '../../ir/graph.ts'
import { type Node, string } from '../../ir/node.ts'
import { Tensor } from '../../ir/tensor.ts'
import type { Conversion } from './context.ts'

/**
 * Upsample (until 9) and Resize (10) become Resize as of 11: asymmetric coordinates, scales on port 2. `nearest` rounded down
 * along axes that grow, and up along axes that shrink; where a node does both it becomes two.
 */
export const resize: Conversion = (graph, node, opset) => {
  if (opset >= 11) {
    // roi is only read by tf_crop_and_resize; an empty constant there is as good as none
    if (graph.constant(node.inputs[1])?.size === 0) graph.setInput(node, 1, '')
    if (graph.constant(node.inputs[2])?.size === 0) graph.setInput(node, 2, '')
    replaceTensorFlowNearest(node)
    return
  }
  const attribute = node.floats('scales')
  const scales = attribute ? addScales(graph, node, attribute) : node.inputs[1]
  node.attributes.delete('scales')
  node.opType = 'Resize'
  graph.setInputs(node, [node.inputs[0], '', scales])
  const mode = node.string('mode', 'nearest')
  node.attributes.set('mode', string(mode === 'bilinear' ? 'linear' : mode))
  node.attributes.set('coordinate_transformation_mode', string('asymmetric'))
  node.attributes.set('nearest_mode', string('floor'))
  const factors = graph.constant(scales)?.numbers()
  if (mode === 'nearest' && factors?.some((factor) => factor < 1)) roundUpWhereItShrinks(graph, node, factors)
}

/** tf_half_pixel_for_nn left ONNX with opset 13: floor((x + 0.5) / s) is the half pixel rule ((x + 0.5) / s - 0.5) rounded half up. */
function replaceTensorFlowNearest(node: Node): void {
  if (node.string('coordinate_transformation_mode', '') !== 'tf_half_pixel_for_nn') return
  if (node.string('mode', 'nearest') !== 'nearest' || node.string('nearest_mode', '') !== 'floor') return
  node.attributes.set('coordinate_transformation_mode', string('half_pixel'))
  node.attributes.set('nearest_mode', string('round_prefer_ceil'))
}

function roundUpWhereItShrinks(graph: Graph, node: Node, factors: readonly number[]): void {
  const [input] = node.inputs
  if (factors.some((factor) => factor > 1)) {
    const grown = graph.freshName(`${node.outputs[0]}_grown`)
    const grow = node.clone()
    grow.name = `${node.name}_grow`
    const scales = addScales(
      graph,
      grow,
      factors.map((factor) => Math.max(1, factor)),
    )
    graph.addNode(grow)
    graph.setInputs(grow, [input, '', scales])
    graph.setOutput(grow, 0, grown)
    graph.setInputs(node, [
      grown,
      '',
      addScales(
        graph,
        node,
        factors.map((factor) => Math.min(1, factor)),
      ),
    ])
  }
  node.attributes.set('nearest_mode', string('ceil'))
}

function addScales(graph: Graph, node: Node, factors: readonly number[]): string {
  return graph.setConstant(graph.freshName(`${node.name}_scales`), Tensor.float32([factors.length], [...factors]))
}
