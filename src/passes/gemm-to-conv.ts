/**
 * A Gemm on a flattened feature map becomes a Conv, so that the accelerator runs it.
 *
 * Before: y = Gemm(Flatten|Reshape|Squeeze(x), W, b)   x [1,C,H,W] -> [1, C*H*W]
 * After:  y = Reshape(Conv(x, W as [N,C,H,W], b), [1,N])
 * A Relu or Clip that alone reads y stays right behind the Conv, which takes it up; the Reshape follows.
 * Only when the kernel fits the accelerator (H, W <= 31). Other rank-2 Gemms stay.
 */
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import type { Pass } from './pass.ts'
import { addConstant, floatConstant } from './rewrite.ts'

const MAX_KERNEL = 31

export const gemmToConv: Pass = {
  name: 'gemm-to-conv',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) if (node.is('Gemm') && rewrite(graph, node)) rewrites++
    return rewrites
  },
}

function rewrite(graph: Graph, gemm: Node): boolean {
  const weight = floatConstant(graph, gemm.inputs[1])
  const flatten = graph.producer(gemm.inputs[0])
  if (!weight || gemm.int('transB', 0) !== 1 || !flatten?.is('Flatten', 'Reshape', 'Squeeze')) return false
  const shape = graph.shape(flatten.inputs[0])
  const output = graph.shape(gemm.outputs[0])
  if (shape?.length !== 4 || !output || shape[0] !== output[0]) return false
  const [, channels, height, width] = shape
  if (channels * height * width !== weight.shape[1] || height > MAX_KERNEL || width > MAX_KERNEL) return false
  const bias = gemm.inputs[2] ? floatConstant(graph, gemm.inputs[2]) : undefined
  if (gemm.inputs[2] && bias?.size !== weight.shape[0]) return false
  const inputs = [
    flatten.inputs[0],
    addConstant(graph, `${gemm.name}_conv_weight`, weight.reshape([weight.shape[0], channels, height, width])),
  ]
  if (bias) inputs.push(addConstant(graph, `${gemm.name}_conv_bias`, bias.reshape([bias.size])))
  const activation = graph.soleConsumer(gemm.outputs[0])
  const last = activation?.is('Relu', 'Clip') ? activation : gemm
  const result = last.outputs[0]
  const value = graph.freshName(`${gemm.outputs[0]}_conv`)
  graph.removeNode(gemm)
  graph.addNode({ name: gemm.name, opType: 'Conv', inputs, outputs: [value] })
  let flat = value
  if (last !== gemm) {
    flat = graph.freshName(`${result}_map`)
    graph.setInput(last, 0, value)
    graph.setOutput(last, 0, flat)
  }
  graph.addNode({
    name: graph.freshNodeName(`${gemm.name}_reshape_output`),
    opType: 'Reshape',
    inputs: [flat, addConstant(graph, `${gemm.name}_output_shape`, Tensor.int64([output.length], output))],
    outputs: [result],
  })
  return true
}
