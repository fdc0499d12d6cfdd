import { extremes } from './extremes.ts'

/**
 * Streaming statistics of one tensor: exact minimum and maximum, and a histogram whose range doubles when a larger value
 * comes (pairs of bins merge), so that one journey through the data is enough and memory does not grow with it.
 *
 * Magnitudes are counted separately for positive and negative values: their sum is the histogram of |x|, the positive half
 * alone serves one-sided thresholds.
 */
export const BINS = 2048

/** Counts of one call: negative magnitudes downwards from the middle, others upwards. */
const even = new Uint32Array(2 * BINS)
const odd = new Uint32Array(2 * BINS)

export class Histogram {
  /** Counts of x >= 0 by magnitude: bin i holds [i w, (i+1) w). */
  readonly positive = new Float64Array(BINS)
  /** Counts of x < 0 by magnitude: bin i holds (i w, (i+1) w]. */
  readonly negative = new Float64Array(BINS)
  /** Bin width; 0 until a non-zero value was seen. */
  width = 0
  min = Infinity
  max = -Infinity
  /** Number of values. */
  count = 0

  /** Largest magnitude seen. */
  get absoluteMax(): number {
    return this.count === 0 ? 0 : Math.max(Math.abs(this.min), Math.abs(this.max))
  }

  /** Count values in. A NaN makes `min` or `max` NaN; that and infinities are the caller's to refuse: they would poison every bin. */
  add(values: Float32Array): void {
    if (values.length === 0) return
    const { min, max } = extremes(values)
    this.addWithin(values, min, max)
  }

  /** Count values in whose extremes are known. */
  protected addWithin(values: Float32Array, low: number, high: number): void {
    this.min = Math.min(this.min, low)
    this.max = Math.max(this.max, high)
    this.count += values.length
    const magnitude = Math.max(Math.abs(low), Math.abs(high))
    if (!Number.isFinite(magnitude)) return
    this.#cover(magnitude)
    if (this.width === 0) this.positive[0] += values.length
    else this.#countIn(values)
  }

  /**
   * Whole numbers count faster than doubles, and two arrays in turn faster than one: many values (the zeros behind a Relu)
   * fall into the same bin, and each increment waits for the one before.
   */
  #countIn(values: Float32Array): void {
    const inverse = 1 / this.width
    even.fill(0)
    odd.fill(0)
    const pairs = values.length & ~1
    for (let i = 0; i < pairs; i += 2) {
      even[(values[i] * inverse + BINS) | 0]++
      odd[(values[i + 1] * inverse + BINS) | 0]++
    }
    if (pairs < values.length) even[(values[pairs] * inverse + BINS) | 0]++
    for (let i = 0; i < BINS; i++) {
      this.positive[i] += even[BINS + i] + odd[BINS + i]
      this.negative[i] += even[BINS - 1 - i] + odd[BINS - 1 - i]
    }
  }

  /** Counts of |x|. */
  absolute(): Float64Array {
    return this.positive.map((count, i) => count + this.negative[i])
  }

  /** Make the range reach beyond `magnitude`. The first range leaves a margin of a quarter, later ones double. */
  #cover(magnitude: number): void {
    if (magnitude === 0) return
    if (this.width === 0) {
      this.width = (magnitude * 1.25) / BINS
      return
    }
    while (magnitude >= this.width * BINS) {
      halve(this.positive)
      halve(this.negative)
      this.width *= 2
    }
  }
}

function halve(bins: Float64Array): void {
  for (let i = 0; i < BINS / 2; i++) bins[i] = bins[2 * i] + bins[2 * i + 1]
  bins.fill(0, BINS / 2)
}
