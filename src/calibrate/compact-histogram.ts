/** What a report keeps of a histogram: a few dozen bins of both signs, and how much the quantizer cuts off. */
import type { ValueRange } from '../quantize/plan.ts'
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
  /** Share of values beyond what the codes reach, to the width of a bin of the full histogram. */
  clipped: number
}

/** Bins to each side of zero. */
const MAX_BINS = 64

/**
 * Merge neighbouring bins until at most 64 remain to each side of zero.
 * @param kept Values beyond it are counted as clipped.
 */
export function compactHistogram(tensor: string, histogram: Histogram, kept: ValueRange): CompactHistogram {
  const { positive, negative, width, count } = histogram
  const reach = Math.max(lastUsed(positive), lastUsed(negative)) + 1
  const merged = Math.max(1, Math.ceil(reach / MAX_BINS))
  const up = merge(positive, merged)
  const down = merge(negative, merged)
  const counts = [...down.reverse(), ...up]
  const beyond = (bins: Float64Array, end: number): number =>
    bins.reduce((sum, n, i) => (i * width >= end ? sum + n : sum), 0)
  return {
    tensor,
    min: histogram.min,
    max: histogram.max,
    values: count,
    binWidth: merged * width,
    firstBin: -down.length,
    counts,
    clipped: count === 0 ? 0 : (beyond(positive, kept.max) + beyond(negative, -kept.min)) / count,
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
