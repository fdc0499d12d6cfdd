/** The histograms that a build keeps for its report: one per tensor whose threshold was read off data. */
import type { Choice } from '../calibrate/choose.ts'
import { type CompactHistogram, compactHistogram } from '../calibrate/compact-histogram.ts'
import { lowestCode, scaleOf } from '../quantize/plan.ts'
import type { QuantizedResult } from './quantize.ts'

export function thresholdHistograms(choice: Choice, { plan, calibration }: QuantizedResult): CompactHistogram[] {
  return [...plan.quantizers.values()].flatMap((quantizer) => {
    const { tensor, levels, oneSided } = quantizer
    const histogram = choice.statistics.get(tensor)
    if (!histogram) return []
    // A range per channel clips nothing: each channel is stretched to the threshold.
    if (choice.ranges.has(tensor)) return [compactHistogram(tensor, histogram, { min: -Infinity, max: Infinity })]
    const max = calibration.thresholds.get(tensor)!
    // Below, clipping is free where the look-up behind vanishes.
    const min = oneSided === undefined ? lowestCode(quantizer) * scaleOf(max, levels) : -Infinity
    return [compactHistogram(tensor, histogram, { min, max })]
  })
}
