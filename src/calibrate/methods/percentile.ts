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
  let below = 0
  for (const count of histogram.negative) below += count
  return edgeAt(histogram.positive, p * histogram.count - below, histogram.width, Math.max(histogram.max, 0))
}

function edgeAt(bins: Float64Array, needed: number, width: number, limit: number): number {
  let cumulative = 0
  for (let i = 0; i < bins.length; i++) {
    cumulative += bins[i]
    if (cumulative >= needed) return Math.min((i + 1) * width, limit)
  }
  return limit
}
