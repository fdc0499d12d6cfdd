/** The five error metrics of the manual's accuracy debugger. */
import { cosine } from './similarity.ts'

export const ERROR_METRICS = ['cosine-similarity', 'mse', 'mre', 'sqnr', 'chebyshev'] as const
export type ErrorMetric = (typeof ERROR_METRICS)[number]
export type ErrorFigures = Record<ErrorMetric, number>

/** Metrics for which a larger value is a smaller error. */
const LARGER_IS_BETTER: ReadonlySet<ErrorMetric> = new Set(['cosine-similarity', 'sqnr'])

/** Negative where `a` is the larger error by this metric: sorts the worst to the front. */
export function compareErrors(metric: ErrorMetric, a: number, b: number): number {
  if (a === b) return 0
  return LARGER_IS_BETTER.has(metric) === a < b ? -1 : 1
}

/**
 * Error of one output over samples.
 *
 * cosine-similarity is the mean over samples; the others pool all values x (float) and y: mse = mean (x - y)^2, mre = sum |x - y| /
 * sum |x|, sqnr = 10 log10(sum x^2 / sum (x - y)^2) in dB (infinite where nothing differs), chebyshev = max |x - y|.
 */
export class ErrorSums {
  #samples = 0
  #values = 0
  #cosines = 0
  #magnitudes = 0
  #signal = 0
  #differences = 0
  #noise = 0
  #largest = 0

  add(expected: ArrayLike<number>, actual: ArrayLike<number>): void {
    this.#samples++
    this.#values += expected.length
    this.#cosines += cosine(expected, actual)
    let [magnitudes, signal, differences, noise, largest] = [0, 0, 0, 0, this.#largest]
    for (let i = 0; i < expected.length; i++) {
      const difference = Math.abs(expected[i] - actual[i])
      magnitudes += Math.abs(expected[i])
      signal += expected[i] * expected[i]
      differences += difference
      noise += difference * difference
      if (difference > largest) largest = difference
    }
    this.#magnitudes += magnitudes
    this.#signal += signal
    this.#differences += differences
    this.#noise += noise
    this.#largest = largest
  }

  figures(): ErrorFigures {
    return {
      'cosine-similarity': this.#cosines / this.#samples,
      mse: this.#noise / this.#values,
      mre: this.#differences === 0 ? 0 : this.#differences / this.#magnitudes,
      sqnr: this.#noise === 0 ? Infinity : 10 * Math.log10(this.#signal / this.#noise),
      chebyshev: this.#largest,
    }
  }
}

/** The worst of several outputs, metric by metric. */
export function worstFigures(outputs: readonly ErrorFigures[]): ErrorFigures {
  const worst = { ...outputs[0] }
  for (const figures of outputs) {
    for (const metric of ERROR_METRICS) {
      if (compareErrors(metric, figures[metric], worst[metric]) < 0) worst[metric] = figures[metric]
    }
  }
  return worst
}
