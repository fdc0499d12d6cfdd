/**
 * Fold a per-channel (or scalar) Mul, Div, Add or Sub by a constant into the Conv, ConvTranspose or Gemm before it.
 *
 * Before: y = Conv(x, W, b) * s       y = Conv(x, W, b) + t
 * After:  y = Conv(x, W * s, b * s)   y = Conv(x, W, b + t)
 * Only when nothing else reads the Conv and the constant has one value, or one per output channel.
 */
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import type { Pass } from './pass.ts'
import {
  absorb,
  addConstant,
  channelBias,
  floatConstant,
  outputChannels,
  perChannel,
  scaleOutputChannels,
  soleProducer,
} from './rewrite.ts'

export const fuseScale: Pass = {
  name: 'fuse-scale',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) if (node.is('Mul', 'Div', 'Add', 'Sub') && fuse(graph, node)) rewrites++
    return rewrites
  },
}

function fuse(graph: Graph, node: Node): boolean {
  const constantFirst = floatConstant(graph, node.inputs[0]) !== undefined
  if (constantFirst && node.is('Div', 'Sub')) return false
  const [value, factor] = constantFirst ? [node.inputs[1], node.inputs[0]] : node.inputs
  const constant = floatConstant(graph, factor)
  const conv = soleProducer(graph, value, 'Conv', 'ConvTranspose', 'Gemm')
  if (!constant || !conv || !floatConstant(graph, conv.inputs[1])) return false
  if (conv.is('Gemm') && (conv.float('alpha', 1) !== 1 || conv.float('beta', 1) !== 1)) return false
  const shape = graph.type(value)?.shape
  if (!shape || graph.type(node.outputs[0])?.shape?.join() !== shape.join()) return false
  const channels = outputChannels(graph, conv)
  const operand = perChannel(constant, shape.length, channels)
  const bias = channelBias(graph, conv)
  if (!operand || !bias) return false
  const scales = Float64Array.from(operand, (x) => (node.is('Mul') ? x : node.is('Div') ? 1 / x : 1))
  const shifts = Float64Array.from(operand, (x) => (node.is('Add') ? x : node.is('Sub') ? -x : 0))
  const shifted = Float32Array.from(bias, (b, c) => b * scales[c] + shifts[c])
  if (node.is('Mul', 'Div')) {
    graph.setInput(conv, 1, addConstant(graph, `${conv.name}_scaled_weight`, scaleOutputChannels(graph, conv, scales)))
  }
  const folded = addConstant(graph, `${conv.name}_scaled_bias`, Tensor.float32([channels], shifted))
  graph.setInputs(conv, [conv.inputs[0], conv.inputs[1], folded])
  absorb(graph, conv, node)
  return true
}
