import { Tensor } from '../../ir/tensor.ts'
import { type Conversion, refuse } from './context.ts'

/** GroupNormalization (21): scale and bias went from one per group to one per channel. */
export const groupNormalization: Conversion = (graph, node, opset) => {
  if (opset >= 21) return
  const channels = graph.type(node.inputs[0])?.shape?.[1]
  const groups = node.int('num_groups', 1)
  for (const port of [1, 2]) {
    const tensor = graph.constant(node.inputs[port])
    if (!tensor || typeof channels !== 'number' || tensor.dtype !== 'float32')
      refuse(node, 'scale and bias must be constants')
    const values = tensor.floats()
    const perChannel = Float32Array.from({ length: channels }, (_, c) => values[Math.floor((c * groups) / channels)])
    const name = graph.freshName(`${node.inputs[port]}_per_channel`)
    graph.setInput(node, port, graph.setConstant(name, Tensor.float32([channels], perChannel)))
  }
}
