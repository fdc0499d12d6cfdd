import type { Tensor } from '../../ir/tensor.ts'
import type { Measure } from './measure.ts'
import { relativeError } from './relative.ts'

/**
 * Classifier: KL(p || p') of the softmax of logits.
 *
 * @param value logits of one picture
 * @param isCertain a Softmax follows. Otherwise the vector may as well be an embedding or a regression, and its relative squared
 *   error is added, of the same order as the divergence.
 */
export function classifierMeasure(value: string, isCertain: boolean): Measure {
  return {
    kind: 'classifier',
    title: `divergence of the softmax of '${value}'${isCertain ? '' : ' + its relative squared error'}`,
    values: [value],
    reference(expected) {
      const logits = expected.get(value)!
      const p = logSoftmax(logits.floats())
      return {
        weight: 1,
        error(actual) {
          const other = actual.get(value)!
          const divergence = klDivergence(p, logSoftmax(other.floats()))
          return isCertain ? divergence : divergence + vectorError(logits, other)
        },
      }
    },
  }
}

/** sum p (log p - log p'), from logarithms of both. */
export function klDivergence(logP: Float64Array, logQ: Float64Array): number {
  let sum = 0
  for (let i = 0; i < logP.length; i++) sum += Math.exp(logP[i]) * (logP[i] - logQ[i])
  return Math.max(0, sum)
}

export function logSoftmax(logits: Float32Array): Float64Array {
  let largest = -Infinity
  for (const value of logits) largest = Math.max(largest, value)
  let sum = 0
  for (const value of logits) sum += Math.exp(value - largest)
  const shift = largest + Math.log(sum)
  return Float64Array.from(logits, (value) => value - shift)
}

function vectorError(expected: Tensor, actual: Tensor): number {
  return relativeError(expected.reshape([expected.size]), actual.reshape([actual.size]), -1)
}
