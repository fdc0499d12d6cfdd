import { describe, expect, test } from 'vitest'
import { generator } from '../../test/support/random.ts'
import { compactHistogram } from './compact-histogram.ts'
import { Histogram } from './histogram.ts'

function histogramOf(values: Float32Array): Histogram {
  const histogram = new Histogram()
  histogram.add(values)
  return histogram
}

describe('compactHistogram', () => {
  test('keeps every value in at most 64 bins to each side', () => {
    const next = generator(4)
    const values = Float32Array.from({ length: 5000 }, () => 7 * next() - 2)
    const { counts, firstBin, binWidth, min, max } = compactHistogram('t', histogramOf(values), { min: -5, max: 5 })
    expect(counts.reduce((a, b) => a + b, 0)).toBe(5000)
    expect(counts.length).toBeLessThanOrEqual(128)
    expect(counts.length).toBeGreaterThan(50)
    expect(firstBin * binWidth).toBeLessThanOrEqual(min)
    expect((firstBin + counts.length) * binWidth).toBeGreaterThanOrEqual(max)
    for (const bin of [0, 20, counts.length - 1]) {
      const [low, high] = [(firstBin + bin) * binWidth, (firstBin + bin + 1) * binWidth]
      const inside = values.filter((x) => x >= low && x < high).length
      expect(Math.abs(counts[bin] - inside)).toBeLessThanOrEqual(2)
    }
  })

  test('counts what lies beyond the codes, each end for itself', () => {
    const values = Float32Array.from([-8, -8, -1, 0, 1, 1, 1, 1, 8, 0.5])
    expect(compactHistogram('t', histogramOf(values), { min: -4, max: 4 }).clipped).toBeCloseTo(0.3)
    expect(compactHistogram('t', histogramOf(values), { min: -Infinity, max: 4 }).clipped).toBeCloseTo(0.1)
  })

  test('a tensor of zeros has one bin', () => {
    const { counts, clipped } = compactHistogram('t', histogramOf(new Float32Array(10)), { min: -1, max: 1 })
    expect({ counts, clipped }).toEqual({ counts: [10], clipped: 0 })
  })
})
