import { describe, expect, test } from 'vitest'
import { generator } from '../../../test/support/random.ts'
import { Histogram } from '../histogram.ts'
import { rangeBy, thresholdBy } from './index.ts'

/** 10,000 values in [-1, 3), and one far out on each side. */
function skewed(): { values: Float32Array; histogram: Histogram } {
  const next = generator(9)
  const values = Float32Array.from({ length: 10_002 }, (_, i) => (i === 0 ? -5 : i === 1 ? 9 : 4 * next() - 1))
  const histogram = new Histogram()
  histogram.add(values)
  return { values, histogram }
}

describe('both ends of a tensor', () => {
  test('max keeps all that was seen', () => {
    expect(rangeBy({ name: 'max' }, skewed().histogram, undefined)).toEqual({ min: -5, max: 9 })
  })

  test('a percentile cuts half of the rest off at either end, within a bin', () => {
    const { values, histogram } = skewed()
    const sorted = values.toSorted()
    for (const percentile of [0.9, 0.99, 0.999]) {
      const { min, max } = rangeBy({ name: 'max-percentile', percentile }, histogram, undefined)
      const cut = ((1 - percentile) / 2) * values.length
      const [low, high] = [sorted[Math.floor(cut)], sorted[Math.ceil(values.length - cut) - 1]]
      expect(Math.abs(min - low)).toBeLessThanOrEqual(histogram.width + 1e-6)
      expect(Math.abs(max - high)).toBeLessThanOrEqual(histogram.width + 1e-6)
      expect([min, max]).not.toEqual([-5, 9])
    }
  })

  test.each(['kl', 'mse'] as const)('%s cuts both ends at its magnitude, where they reach it', (name) => {
    const { histogram } = skewed()
    const limit = thresholdBy({ name }, histogram, undefined, 127)
    expect(limit).toBeLessThan(9)
    expect(rangeBy({ name }, histogram, undefined)).toEqual({ min: Math.max(-5, -limit), max: limit })
  })

  test('an end that no value reaches stays where the values end', () => {
    const histogram = new Histogram()
    histogram.add(Float32Array.of(0.25, 0.5, 8))
    for (const name of ['max', 'kl', 'mse'] as const) {
      expect(rangeBy({ name }, histogram, undefined).min).toBe(0.25)
    }
    // The zero point needs 0 inside.
    expect(rangeBy({ name: 'max-percentile', percentile: 0.9 }, histogram, undefined).min).toBe(0)
  })
})
