/**
 * A BatchNormalization that could not be folded becomes a depthwise 1x1 Conv, which the accelerator runs.
 *
 * Before: y = BatchNormalization(x)                       x of rank 4
 * After:  y = Conv(x, s as [C,1,1,1], beta - mean * s, group = C)   with s = gamma / sqrt(var + eps)
 */
import { int } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import type { Pass } from './pass.ts'
import { addConstant, floatConstant } from './rewrite.ts'

export const batchNormToConv: Pass = {
  name: 'batch-norm-to-conv',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) {
      if (!node.is('BatchNormalization') || graph.type(node.inputs[0])?.shape?.length !== 4) continue
      const [gamma, beta, mean, variance] = node.inputs
        .slice(1, 5)
        .map((input) => floatConstant(graph, input)?.floats())
      if (!gamma || !beta || !mean || !variance) continue
      const epsilon = node.float('epsilon', 1e-5)
      const scale = Float64Array.from(gamma, (value, c) => value / Math.sqrt(variance[c] + epsilon))
      const weight = Tensor.float32([scale.length, 1, 1, 1], Float32Array.from(scale))
      const bias = Float32Array.from(beta, (value, c) => value - mean[c] * scale[c])
      graph.removeNode(node)
      graph.addNode({
        name: node.name,
        opType: 'Conv',
        inputs: [
          node.inputs[0],
          addConstant(graph, `${node.name}_weight`, weight),
          addConstant(graph, `${node.name}_bias`, Tensor.float32([bias.length], bias)),
        ],
        outputs: [node.outputs[0]],
        attributes: { group: int(scale.length) },
      })
      rewrites++
    }
    return rewrites
  },
}
