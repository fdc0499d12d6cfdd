/**
 * Ranges per channel, tensor by tensor (quantize/channel-ranges.ts): before depthwise Convs, before and after look-ups.
 *
 * Ranges never clip a channel of the data: one that is silent in calibration may speak up later, hence maximum and floor.
 */
import { ChannelHistogram } from '../../calibrate/channel-histogram.ts'
import { type RangedTensor, rangedTensors } from '../../quantize/channel-ranges.ts'
import { acceptRange, type SearchContext } from '../context.ts'
import { bestRange, channelNeeds } from '../int8-form.ts'

const TRIED = 32
/** So many in a row without success end the step: what is left has less to gain. */
const PATIENCE = 12
/** Mean gain of bits per channel below which a tensor is left alone. */
const LEAST_BITS = 0.5

/** Tries in topological order: what early tensors lose, everything behind them loses. */
export async function recoverChannelRanges(context: SearchContext): Promise<void> {
  const { trial, statistics, ranges } = context
  const isWorth = (tensor: string, kind: RangedTensor): boolean => {
    const histogram = statistics.get(tensor)
    return histogram instanceof ChannelHistogram && bitsToGain(channelNeeds(histogram, kind)) >= LEAST_BITS
  }
  const possible = rangedTensors(trial.state.model.graph, trial.state.plan)
  const candidates = [...possible].filter(([tensor, kind]) => !ranges.has(tensor) && isWorth(tensor, kind))
  let failed = 0
  for (const [tensor] of candidates.slice(0, TRIED)) {
    if (trial.isOver || failed >= PATIENCE) break
    const found = await bestRange(context, tensor, trial.state, await trial.screenErrors(trial.state))
    const isTaken = found !== undefined && (await trial.offer('channel ranges', found.change, [tensor], found.state))
    failed = isTaken ? 0 : failed + 1
    if (isTaken) await acceptRange(context, tensor, found.range!)
  }
}

/** Mean over channels of the bits by which a range of its own is finer. */
function bitsToGain(needs: Float64Array): number {
  const full = Math.max(...needs)
  if (full === 0) return 0
  return needs.reduce((sum, need) => sum + Math.min(4, Math.log2(full / Math.max(need, 1e-30))), 0) / needs.length
}
