/** How far HzPreprocess's output can go: exact, from mean, scale and colour matrix, over all inputs -128..127. Its threshold is the largest magnitude. */
import type { ResolvedInput } from '../config/types.ts'
import { preprocessCoefficients } from './coefficients.ts'

/** Smallest and largest reachable output over all channels. */
export function preprocessRange(input: ResolvedInput): { min: number; max: number } {
  const { channels, weight, bias } = preprocessCoefficients(input)
  let min = Infinity
  let max = -Infinity
  for (let c = 0; c < channels; c++) {
    let low = bias[c]
    let high = bias[c]
    for (let k = 0; k < channels; k++) {
      const ends = [-128 * weight[c * channels + k], 127 * weight[c * channels + k]]
      low += Math.min(...ends)
      high += Math.max(...ends)
    }
    min = Math.min(min, low)
    max = Math.max(max, high)
  }
  return { min, max }
}
