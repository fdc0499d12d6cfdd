import type { Tensor } from '../../ir/tensor.ts'
import type { Measure } from './measure.ts'
import { relativeError } from './relative.ts'

/**
 * Logits are divided by this. At 1 nearly all of the divergence is that of the few pictures with two likely classes, and 20 pictures
 * hardly tell two builds apart; softer, every picture has a say. Its square keeps the size of small differences (Hinton et al. 2015).
 */
const TEMPERATURE = 2.5

/**
 * Classifier: KL(p || p') of the softmax of logits at a temperature.
 *
 * @param value logits of one picture
 * @param isCertain a Softmax follows. Otherwise the vector may as well be an embedding or a regression, and its relative squared
 *   error is added, of the same order as the divergence.
 */
export function classifierMeasure(value: string, isCertain: boolean): Measure {
  return {
    kind: 'classifier',
    title: `divergence of the softmax of '${value}' at temperature ${TEMPERATURE}${isCertain ? '' : ' + its relative squared error'}`,
    values: [value],
    reference(expected) {
      const logits = expected.get(value)!
      const p = logSoftmax(softened(logits))
      return {
        weight: 1,
        error(actual) {
          const other = actual.get(value)!
          const divergence = TEMPERATURE ** 2 * klDivergence(p, logSoftmax(softened(other)))
          return isCertain ? divergence : divergence + vectorError(logits, other)
        },
      }
    },
  }
}

function softened(logits: Tensor): Float32Array {
  return logits.floats().map((value) => value / TEMPERATURE)
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
