/**
 * int8 has one code more below 0 than above it. A threshold known without data ignores it: pixels (x - 128) / 128 reach from -1 to
 * 127 / 128, so their threshold is 1 and every one of them is rounded; with a scale of 1 / 128, which is 127 / 128 of it, each pixel
 * has a code of its own.
 */
import type { SearchContext } from '../context.ts'
import { offerIsolated } from '../isolate.ts'
import { withThreshold } from '../units.ts'

/** Offer 127 / 128 of each threshold known without data, where values go below 0: -128 steps of it reach as far down. */
export async function useLowestCode(context: SearchContext): Promise<void> {
  for (const unit of context.units) {
    const { plan, calibration } = context.int8
    const [tensor] = unit.tensors
    const { nonNegative, levels } = plan.quantizers.get(tensor)!
    if (!unit.isFixed || nonNegative || levels !== 127) continue
    const threshold = (calibration.thresholds.get(tensor)! * 127) / 128
    const change = `the lowest code, threshold ${threshold.toPrecision(4)}`
    const offered = { stage: 'int8 form', change, tensors: unit.tensors, isTuned: false }
    await offerIsolated(context, offered, withThreshold(context.int8, unit, threshold))
  }
}
