/**
 * A multiplication by one constant per channel that no Conv before it could take becomes a depthwise 1x1 Conv: there each channel
 * has a scale of its own, while a constant operand has one for all channels.
 *
 * Before: y = x * s                                x of rank 4, s one number per channel
 * After:  y = Conv(x, s as [C,1,1,1], group = C)
 * Only where a Conv or Gemm reads y at some point: behind the last one values stay in float.
 */
import type { Graph } from '../ir/graph.ts'
import { int, type Node } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import type { Pass } from './pass.ts'
import { addConstant, floatConstant, perChannel } from './rewrite.ts'

export const scaleToConv: Pass = {
  name: 'scale-to-conv',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) {
      if (!node.is('Mul')) continue
      const [value, factor] = floatConstant(graph, node.inputs[0]) ? [...node.inputs].reverse() : node.inputs
      const constant = floatConstant(graph, factor)
      const shape = graph.shape(value)
      if (!constant || constant.size === 1 || shape?.length !== 4 || graph.constant(value)) continue
      const scales = perChannel(constant, 4, shape[1])
      if (!scales || graph.type(value)?.dtype !== 'float32' || !leadsToConv(graph, node)) continue
      const weight = addConstant(graph, `${node.name}_weight`, Tensor.float32([shape[1], 1, 1, 1], scales))
      graph.removeNode(node)
      graph.addNode({
        name: node.name,
        opType: 'Conv',
        inputs: [value, weight],
        outputs: node.outputs,
        attributes: { group: int(shape[1]) },
      })
      rewrites++
    }
    return rewrites
  },
}

function leadsToConv(graph: Graph, start: Node): boolean {
  const open = [start]
  const seen = new Set(open)
  for (let node = open.pop(); node; node = open.pop()) {
    for (const reader of node.outputs.flatMap((output) => graph.consumers(output))) {
      if (reader.is('Conv', 'ConvTranspose', 'Gemm')) return true
      if (!seen.has(reader)) open.push(reader)
      seen.add(reader)
    }
  }
  return false
}
