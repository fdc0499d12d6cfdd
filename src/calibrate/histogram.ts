/**
 * Streaming statistics of one tensor: exact minimum and maximum, and a histogram whose range doubles when a larger value
 * comes (pairs of bins merge), so that one journey through the data is enough and memory does not grow with it.
 *
 * Magnitudes are counted separately for positive and negative values: their sum is the histogram of |x|, the positive half
 * alone serves one-sided thresholds.
 */
export const BINS = 2048

export class Histogram {
  /** Counts of x >= 0 by magnitude: bin i holds [i w, (i+1) w). */
  readonly positive = new Float64Array(BINS)
  /** Counts of x < 0 by magnitude. */
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

  /** Count values in. NaN and infinities are the caller's to refuse: they would poison every bin. */
  add(values: Float32Array): void {
    const length = values.length
    if (length === 0) return
    let low = values[0]
    let high = low
    for (let i = 1; i < length; i++) {
      const value = values[i]
      if (value < low) low = value
      else if (value > high) high = value
    }
    if (low < this.min) this.min = low
    if (high > this.max) this.max = high
    this.count += length
    this.#cover(Math.max(Math.abs(low), Math.abs(high)))
    const { positive, negative } = this
    if (this.width === 0) {
      positive[0] += length
      return
    }
    const inverse = 1 / this.width
    if (low >= 0) {
      for (let i = 0; i < length; i++) positive[(values[i] * inverse) | 0] += 1
      return
    }
    for (let i = 0; i < length; i++) {
      const scaled = values[i] * inverse
      if (scaled >= 0) positive[scaled | 0] += 1
      else negative[-scaled | 0] += 1
    }
  }

  /** Add another histogram of the same tensor; ranges are brought to the wider one by merging pairs. */
  merge(other: Histogram): void {
    if (other.count === 0) return
    this.min = Math.min(this.min, other.min)
    this.max = Math.max(this.max, other.max)
    this.count += other.count
    if (other.width === 0) {
      this.positive[0] += other.positive[0]
      return
    }
    this.#cover(other.width * BINS * (1 - 2 ** -30))
    const ratio = this.width / other.width
    for (let i = 0; i < BINS; i++) {
      // The other's width may be larger or smaller by any factor: its bin goes where its centre falls.
      const target = Math.min(BINS - 1, Math.floor((i + 0.5) / ratio))
      this.positive[target] += other.positive[i]
      this.negative[target] += other.negative[i]
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
