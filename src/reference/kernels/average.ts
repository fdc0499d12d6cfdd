/** GlobalAveragePool: the exact mean of the codes, rescaled. */
import type { Kernel } from '../kernel.ts'

export const globalAverage: Kernel = ({ inputs, output }, { values }) => {
  if (!output) return undefined
  const [input] = inputs
  const tensor = values.get(input.codes)!
  const codes = tensor.data as ArrayLike<number>
  const plane = tensor.shape.slice(2).reduce((a, b) => a * b, 1)
  return (flat) => {
    let sum = 0
    for (let i = 0; i < plane; i++) sum += codes[flat * plane + i] - input.zeroPoint
    return ((sum / plane) * input.scale) / output.scale
  }
}
