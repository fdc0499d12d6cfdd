import type { ValueRange } from '../../quantize/plan.ts'
import type { Histogram } from '../histogram.ts'

/**
 * Upper edge of the first bin where the cumulative count of |x| reaches p * N, at most the exact maximum.
 *
 * @param p share of values to keep, 0 < p <= 1
 */
export function percentileThreshold(histogram: Histogram, p: number): number {
  return edgeAt(histogram.absolute(), p * histogram.count, histogram.width, histogram.absoluteMax)
}

/**
 * The same over signed values, for functions that vanish on the negative side: the p-quantile of x over all values.
 * Negative values come before every positive bin, so only the positive tail is clipped.
 */
export function signedPercentileThreshold(histogram: Histogram, p: number): number {
  const needed = p * histogram.count - total(histogram.negative)
  return edgeAt(histogram.positive, needed, histogram.width, Math.max(histogram.max, 0))
}

/**
 * The (1 - p) / 2 and the 1 - (1 - p) / 2 quantile of the signed values, each at the far edge of its bin; 0 is always inside. The
 * asymmetric percentile of onnxruntime.
 *
 * @param p share of values to keep, 0 < p <= 1
 */
export function percentileRange(histogram: Histogram, p: number): ValueRange {
  const { positive, negative, count, width, min, max } = histogram
  const kept = (1 - (1 - p) / 2) * count
  const end = (bins: Float64Array, opposite: Float64Array, limit: number): number => {
    const needed = kept - total(opposite)
    return needed > 0 ? edgeAt(bins, needed, width, Math.max(limit, 0)) : 0
  }
  return { min: 0 - end(negative, positive, -min), max: end(positive, negative, max) }
}

function total(bins: Float64Array): number {
  return bins.reduce((sum, count) => sum + count, 0)
}

function edgeAt(bins: Float64Array, needed: number, width: number, limit: number): number {
  let cumulative = 0
  for (let i = 0; i < bins.length; i++) {
    cumulative += bins[i]
    if (cumulative >= needed) return Math.min((i + 1) * width, limit)
  }
  return limit
}
