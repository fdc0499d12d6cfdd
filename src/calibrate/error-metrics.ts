/** The five error metrics of the manual's accuracy debugger. */
import { cosineOf } from './similarity.ts'

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

/** What `ErrorSums` has added up; plain data, so that processes can share the work. */
export interface PooledErrors {
  samples: number
  values: number
  /** Sum of the cosines of samples. */
  cosines: number
  /** sum |x|. */
  magnitudes: number
  /** sum x^2. */
  signal: number
  /** sum |x - y|. */
  differences: number
  /** sum (x - y)^2. */
  noise: number
  largest: number
}

/**
 * Error of one output over samples.
 *
 * cosine-similarity is the mean over samples; the others pool all values x (float) and y: mse = mean (x - y)^2, mre = sum |x - y| /
 * sum |x|, sqnr = 10 log10(sum x^2 / sum (x - y)^2) in dB (infinite where nothing differs), chebyshev = max |x - y|.
 */
export class ErrorSums {
  readonly #sums: PooledErrors

  constructor(sums?: PooledErrors) {
    const none = { samples: 0, values: 0, cosines: 0, magnitudes: 0, signal: 0, differences: 0, noise: 0, largest: 0 }
    this.#sums = { ...none, ...sums }
  }

  get sums(): PooledErrors {
    return { ...this.#sums }
  }

  add(expected: ArrayLike<number>, actual: ArrayLike<number>): void {
    // One by one: V8 takes three times as long where variables of a hot loop come out of an array.
    let magnitudes = 0
    let signal = 0
    let other = 0
    let product = 0
    let differences = 0
    let noise = 0
    let largest = 0
    for (let i = 0; i < expected.length; i++) {
      const x = expected[i]
      const y = actual[i]
      const difference = Math.abs(x - y)
      magnitudes += Math.abs(x)
      signal += x * x
      other += y * y
      product += x * y
      differences += difference
      noise += difference * difference
      if (difference > largest) largest = difference
    }
    const cosines = cosineOf(product, signal, other)
    const samples = 1
    this.merge({ samples, values: expected.length, cosines, magnitudes, signal, differences, noise, largest })
  }

  /** Add what was added up elsewhere. */
  merge(other: PooledErrors): void {
    const sums = this.#sums
    const largest = Math.max(sums.largest, other.largest)
    for (const key of Object.keys(sums) as (keyof PooledErrors)[]) sums[key] += other[key]
    sums.largest = largest
  }

  figures(): ErrorFigures {
    const { samples, values, cosines, magnitudes, signal, differences, noise, largest } = this.#sums
    return {
      'cosine-similarity': cosines / samples,
      mse: noise / values,
      mre: differences === 0 ? 0 : differences / magnitudes,
      sqnr: noise === 0 ? Infinity : 10 * Math.log10(signal / noise),
      chebyshev: largest,
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
