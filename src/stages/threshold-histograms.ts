/** The histograms that a build keeps for its report: one per tensor whose threshold was read off data. */
import type { Choice } from '../calibrate/choose.ts'
import { type CompactHistogram, compactHistogram } from '../calibrate/compact-histogram.ts'
import type { QuantizedResult } from './quantize.ts'

export function thresholdHistograms(choice: Choice, { plan, calibration }: QuantizedResult): CompactHistogram[] {
  return [...plan.quantizers.values()].flatMap(({ tensor, oneSided }) => {
    const histogram = choice.statistics.get(tensor)
    if (!histogram) return []
    // A range per channel clips nothing: each channel is stretched to the threshold.
    const threshold = choice.ranges.has(tensor) ? Infinity : calibration.thresholds.get(tensor)!
    return [compactHistogram(tensor, histogram, threshold, oneSided !== undefined)]
  })
}
