/** What a report keeps of a histogram: a few dozen bins of both signs, and how much the threshold cuts off. */
import { BINS, type Histogram } from './histogram.ts'

export interface CompactHistogram {
  tensor: string
  min: number
  max: number
  /** Number of values. */
  values: number
  binWidth: number
  /** Index of the first count: bin i holds i * binWidth to (i + 1) * binWidth. */
  firstBin: number
  counts: number[]
  /** Share of values beyond the threshold, to the width of a bin of the full histogram. */
  clipped: number
}

/** Bins to each side of zero. */
const MAX_BINS = 64

/**
 * Merge neighbouring bins until at most 64 remain to each side of zero.
 * @param threshold Values beyond it are counted as clipped.
 * @param oneSided Clipping negative values is free (look-ups that vanish there).
 */
export function compactHistogram(
  tensor: string,
  histogram: Histogram,
  threshold: number,
  oneSided: boolean,
): CompactHistogram {
  const { positive, negative, width, count } = histogram
  const reach = Math.max(lastUsed(positive), lastUsed(negative)) + 1
  const merged = Math.max(1, Math.ceil(reach / MAX_BINS))
  const up = merge(positive, merged)
  const down = merge(negative, merged)
  const counts = [...down.reverse(), ...up]
  const beyond = (bins: Float64Array): number => bins.reduce((sum, n, i) => (i * width >= threshold ? sum + n : sum), 0)
  return {
    tensor,
    min: histogram.min,
    max: histogram.max,
    values: count,
    binWidth: merged * width,
    firstBin: -down.length,
    counts,
    clipped: count === 0 ? 0 : (beyond(positive) + (oneSided ? 0 : beyond(negative))) / count,
  }
}

/** Sums of `merged` bins each, up to the last that is not empty. */
function merge(bins: Float64Array, merged: number): number[] {
  const used = Math.ceil((lastUsed(bins) + 1) / merged)
  return Array.from({ length: used }, (_, i) =>
    bins.subarray(i * merged, Math.min(BINS, (i + 1) * merged)).reduce((a, b) => a + b, 0),
  )
}

/** -1 where all are empty. */
function lastUsed(bins: Float64Array): number {
  return bins.findLastIndex((count) => count > 0)
}
