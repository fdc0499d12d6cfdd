/**
 * Ranges per channel (quantize/channel-ranges.ts) wherever they make channels finer: before and after look-ups, before depthwise
 * Convs, and by half between dense ones. They are offered together, where that is refused by halves: the dear ones, and the others.
 *
 * Ranges never clip a channel of the data: one that is silent in calibration may speak up later, hence maximum and floor.
 */
import { ChannelHistogram } from '../../calibrate/channel-histogram.ts'
import { type RangedTensor, rangedTensors } from '../../quantize/channel-ranges.ts'
import { acceptRanges, type SearchContext } from '../context.ts'
import { channelNeeds, rangesFor, withRanges } from '../int8-form.ts'
import { offerIsolated } from '../isolate.ts'
import { byCost, type Costs } from '../isolated-costs.ts'
import { offerQuarters } from '../offer-parts.ts'
import type { SharingUnit } from '../units.ts'

const FLOOR = 1 / 16
/** Mean gain of bits per channel below which a tensor is left alone. */
const LEAST_BITS = 0.3

const WHERE: Readonly<Record<RangedTensor['behind'], string>> = {
  lookup: 'look-ups',
  depthwise: 'depthwise Convs',
  dense: 'Convs',
}

interface RangeOffer {
  unit: SharingUnit
  tensor: string
  range: Float32Array
  threshold: number
}

/**
 * Offer ranges before look-ups, then before depthwise, then before dense Convs.
 *
 * @param costs what each activation costs in isolation
 */
export async function recoverChannelRanges(context: SearchContext, costs: Costs): Promise<void> {
  for (const behind of ['lookup', 'depthwise', 'dense'] as const) {
    const offers = possibleRanges(context, costs, behind)
    const accepted = new Map<string, Float32Array>()
    await offerQuarters(
      offers,
      costs,
      ({ unit }) => unit,
      async (part) => {
        const ranges = new Map(part.map(({ tensor, range }) => [tensor, range]))
        const thresholds = new Map(part.map(({ tensor, threshold }) => [tensor, threshold]))
        const form = withRanges(context, context.int8, ranges, thresholds)
        const change = `ranges per channel before ${WHERE[behind]} on ${part.length} tensors`
        if (!(await offerIsolated(context, { stage: 'channel ranges', change, tensors: [...ranges.keys()] }, form)))
          return false
        for (const [tensor, range] of ranges) accepted.set(tensor, range)
        return true
      },
    )
    await acceptRanges(context, accepted)
  }
}

/** Tensors that are not ranged yet and would gain, with ranges that clip nothing; the dearest first. */
function possibleRanges(
  { int8, statistics, ranges, units }: SearchContext,
  costs: Costs,
  behind: RangedTensor['behind'],
): RangeOffer[] {
  const { model, plan, calibration } = int8
  const ranged = rangedTensors(model.graph, plan)
  const offers: RangeOffer[] = []
  for (const unit of byCost(costs, units)) {
    const [tensor] = unit.tensors
    const kind = ranged.get(tensor)
    const histogram = statistics.get(tensor)
    if (ranges.has(tensor) || kind?.behind !== behind) continue
    if (!(histogram instanceof ChannelHistogram)) continue
    const needs = channelNeeds(histogram, kind)
    const full = Math.max(...needs)
    if (full === 0) continue
    const range = rangesFor(needs, FLOOR, kind)
    const threshold = Math.min(full, plan.quantizers.get(tensor)!.cap ?? Infinity)
    const present = calibration.thresholds.get(tensor)!
    if (bitsGained(range, threshold, present) >= LEAST_BITS) offers.push({ unit, tensor, range, threshold })
  }
  return offers
}

/** Mean over channels of the bits by which ranges below `full` are finer than a threshold for all. */
function bitsGained(range: Float32Array, full: number, threshold: number): number {
  return range.reduce((sum, r) => sum + Math.log2(threshold / (r * full)), 0) / range.length
}
