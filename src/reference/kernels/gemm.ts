/** Gemm and MatMul with a constant matrix, in integers. */
import type { Kernel } from '../kernel.ts'
import { scaled } from './conv.ts'

export const gemm: Kernel = (unit, { graph, values }) => {
  const { node, weight, bias, output } = unit
  const [input] = unit.inputs
  const tensor = values.get(input.codes)!
  if (!weight || tensor.dtype === 'int16' || weight.codes.shape.length !== 2) return undefined
  const codes = tensor.data as ArrayLike<number>
  const weights = weight.codes.data as ArrayLike<number>
  const biases = bias?.codes.data as ArrayLike<number> | undefined
  const shape = graph.shape(node.outputs[0])!
  const columns = shape[shape.length - 1]
  const inner = tensor.shape[tensor.shape.length - 1]
  const transposed = node.is('Gemm') && node.int('transB', 0) === 1
  return (flat) => {
    const row = Math.floor(flat / columns)
    const column = flat % columns
    let sum = biases ? biases[column] : 0
    for (let k = 0; k < inner; k++) {
      const w = weights[transposed ? column * inner + k : k * columns + column] - weight.zeroPoint
      sum += (codes[row * inner + k] - input.zeroPoint) * w
    }
    return scaled(sum, input.scale, weight.scales[column], output?.scale, node.name)
  }
}
