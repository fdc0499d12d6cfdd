import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BINS, Histogram } from './histogram.ts'
import { klThreshold } from './methods/kl.ts'
import { mseThreshold } from './methods/mse.ts'
import { percentileRange, percentileThreshold, signedPercentileThreshold } from './methods/percentile.ts'

const floats = fc.float32Array({
  minLength: 1,
  maxLength: 200,
  noNaN: true,
  noDefaultInfinity: true,
  max: 1e6,
  min: -1e6,
})
const total = (bins: Float64Array): number => bins.reduce((sum, count) => sum + count, 0)

describe('Histogram', () => {
  test('counts every value, keeps exact extremes, and covers them with its range', () => {
    fc.assert(
      fc.property(fc.array(floats, { minLength: 1, maxLength: 5 }), (parts) => {
        const histogram = new Histogram()
        for (const part of parts) histogram.add(part)
        const all = parts.flatMap((part) => [...part])
        expect(histogram.count).toBe(all.length)
        expect(total(histogram.positive) + total(histogram.negative)).toBe(all.length)
        expect(histogram.min).toBe(Math.min(...all))
        expect(histogram.max).toBe(Math.max(...all))
        expect(histogram.absoluteMax === 0 || histogram.width * BINS > histogram.absoluteMax).toBe(true)
      }),
    )
  })

  test('the range doubles by merging pairs: same bins as if the final range had been known', () => {
    const grown = new Histogram()
    grown.add(Float32Array.of(1, 0.5, 0.25, -0.75))
    grown.add(Float32Array.of(9, -0.1))
    const known = new Histogram()
    known.width = grown.width
    known.add(Float32Array.of(1, 0.5, 0.25, -0.75, 9, -0.1))
    expect(grown.width).toBe((1.25 / BINS) * 8)
    expect([...grown.positive]).toEqual([...known.positive])
    expect([...grown.negative]).toEqual([...known.negative])
  })

  test('a NaN anywhere shows in the extremes', () => {
    for (const position of [0, 1, 2]) {
      const values = Float32Array.of(1, -2, 3)
      values[position] = NaN
      const histogram = new Histogram()
      histogram.add(values)
      histogram.add(Float32Array.of(5))
      expect(histogram.max - histogram.min).toBeNaN()
    }
  })
})

/** Values 0.5, 1.5, 2.5 ... so that with width 1 each bin i holds counts[i]. */
function histogramOf(counts: readonly number[]): Histogram {
  const histogram = new Histogram()
  histogram.width = 1
  histogram.add(Float32Array.from(counts.flatMap((count, i) => Array<number>(count).fill(i + 0.5))))
  return histogram
}

describe('thresholds, worked by hand', () => {
  test('percentile: upper edge of the first bin where the cumulative count reaches p N', () => {
    // cumulative 5, 8, 9, 10; p = 0.8 needs 8 -> bin 1 -> edge 2; p = 0.81 needs 8.1 -> bin 2 -> edge 3
    const histogram = histogramOf([5, 3, 1, 1])
    expect(percentileThreshold(histogram, 0.8)).toBe(2)
    expect(percentileThreshold(histogram, 0.81)).toBe(3)
    // never above the exact maximum 3.5
    expect(percentileThreshold(histogram, 1)).toBe(3.5)
  })

  test('signed percentile: negative values count as below every positive bin', () => {
    const histogram = new Histogram()
    histogram.width = 1
    histogram.add(Float32Array.of(-9.5, -8.5, -7.5, -6.5, 0.5, 0.5, 0.5, 1.5, 2.5, 3.5))
    // p = 0.8 of 10 values needs 8; 4 are negative, so 4 positive ones: bins 3, 1 -> edge 2
    expect(signedPercentileThreshold(histogram, 0.8)).toBe(2)
    expect(percentileThreshold(histogram, 0.8)).toBe(8)
  })

  test('percentile of both ends: (1 - p) / 2 of the values lie beyond each', () => {
    const histogram = new Histogram()
    histogram.width = 1
    histogram.add(Float32Array.of(-9.5, -3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 7.5))
    // p = 0.8 keeps 9 of 10 on the way to either end: 4 of the 5 negative ones, 4 of the 5 others
    expect(percentileRange(histogram, 0.8)).toEqual({ min: -4, max: 4 })
    // p = 0.9 needs 9.5 of 10: all of them
    expect(percentileRange(histogram, 0.9)).toEqual({ min: -9.5, max: 7.5 })
    // p = 0.2 keeps 6: one of either
    expect(percentileRange(histogram, 0.2)).toEqual({ min: -1, max: 1 })
    // 0 is inside where all values are beyond
    expect(percentileRange(histogramOf([0, 5, 5]), 0.8)).toEqual({ min: 0, max: 2.5 })
  })

  test('kl: without a tail nothing is gained by clipping into the mass', () => {
    // Uniform over the first 256 bins: every cut below 256 piles mass on the last bin; 256 is exact (2 bins a group).
    const histogram = histogramOf(Array<number>(256).fill(10))
    // i = 256: T = (256 + 0.5) w, limited by the exact maximum 255.5
    expect(klThreshold(histogram)).toBe(255.5)
  })

  test('kl: one far outlier is clipped', () => {
    const counts = Array<number>(1500).fill(0)
    for (let i = 0; i < 400; i++) counts[i] = Math.round(20_000 * Math.exp(-i / 30))
    counts[1499] = 1
    expect(klThreshold(histogramOf(counts))).toBeLessThan(500)
  })

  test('mse: one far outlier among many small values is clipped, a flat distribution is not', () => {
    const flat = histogramOf(Array<number>(2000).fill(3))
    expect(mseThreshold(flat, 127)).toBeGreaterThan(0.97 * flat.absoluteMax)
    const counts = Array<number>(2000).fill(0)
    for (let i = 0; i < 100; i++) counts[i] = 10_000
    counts[1999] = 1
    const outlier = histogramOf(counts)
    expect(mseThreshold(outlier, 127)).toBeLessThan(0.2 * outlier.absoluteMax)
  })
})
