/**
 * Ranges per channel (quantize/channel-ranges.ts) wherever they make channels finer: before and after look-ups, before depthwise
 * Convs, and by half between dense ones. They are offered together, where that is refused by halves.
 *
 * Ranges never clip a channel of the data: one that is silent in calibration may speak up later, hence maximum and floor.
 */
import { ChannelHistogram } from '../../calibrate/channel-histogram.ts'
import { type RangedTensor, rangedTensors } from '../../quantize/channel-ranges.ts'
import { acceptRanges, type SearchContext } from '../context.ts'
import { channelNeeds, rangesFor, withRanges } from '../int8-form.ts'
import { offerIsolated } from '../isolate.ts'
import { offerParts } from '../offer-parts.ts'

/** Into how many parts the tensors are divided at most. */
const PARTS = 4
const FLOOR = 1 / 16
/** Mean gain of bits per channel below which a tensor is left alone. */
const LEAST_BITS = 0.3

const WHERE: Readonly<Record<RangedTensor['behind'], string>> = {
  lookup: 'look-ups',
  depthwise: 'depthwise Convs',
  dense: 'Convs',
}

interface RangeOffer {
  tensor: string
  range: Float32Array
  threshold: number
}

export async function recoverChannelRanges(context: SearchContext): Promise<void> {
  for (const behind of ['lookup', 'depthwise', 'dense'] as const) {
    const offers = possibleRanges(context, behind)
    const accepted = new Map<string, Float32Array>()
    await offerParts(offers, Math.max(1, Math.ceil(offers.length / PARTS)), async (part) => {
      const ranges = new Map(part.map(({ tensor, range }) => [tensor, range]))
      const thresholds = new Map(part.map(({ tensor, threshold }) => [tensor, threshold]))
      const form = withRanges(context, context.int8, ranges, thresholds)
      const change = `ranges per channel before ${WHERE[behind]} on ${part.length} tensors`
      if (!(await offerIsolated(context, { stage: 'channel ranges', change, tensors: [...ranges.keys()] }, form)))
        return false
      for (const [tensor, range] of ranges) accepted.set(tensor, range)
      return true
    })
    await acceptRanges(context, accepted)
  }
}

/** Tensors that are not ranged yet and would gain, with ranges that clip nothing. */
function possibleRanges({ int8, statistics, ranges }: SearchContext, behind: RangedTensor['behind']): RangeOffer[] {
  const { model, plan, calibration } = int8
  const offers: RangeOffer[] = []
  for (const [tensor, kind] of rangedTensors(model.graph, plan)) {
    const histogram = statistics.get(tensor)
    if (ranges.has(tensor) || kind.behind !== behind) continue
    if (!(histogram instanceof ChannelHistogram)) continue
    const needs = channelNeeds(histogram, kind)
    const full = Math.max(...needs)
    if (full === 0) continue
    const range = rangesFor(needs, FLOOR, kind)
    const threshold = Math.min(full, plan.quantizers.get(tensor)!.cap ?? Infinity)
    const present = calibration.thresholds.get(tensor)!
    if (bitsGained(range, threshold, present) >= LEAST_BITS) offers.push({ tensor, range, threshold })
  }
  return offers
}

/** Mean over channels of the bits by which ranges below `full` are finer than a threshold for all. */
function bitsGained(range: Float32Array, full: number, threshold: number): number {
  return range.reduce((sum, r) => sum + Math.log2(threshold / (r * full)), 0) / range.length
}
