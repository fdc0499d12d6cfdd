/** Ways to keep a unit in int8: other thresholds, or a range per channel. */
import { ChannelHistogram } from '../calibrate/channel-histogram.ts'
import { applyChannelRanges, type RangedTensor, rangedTensors } from '../quantize/channel-ranges.ts'
import { type SearchContext, stateOfModel } from './context.ts'
import { isolated } from './isolate.ts'
import type { QuantizedState } from './state.ts'
import { MOST_CLIPPED_OF_FEW, thresholdLadder, unitThreshold } from './thresholds.ts'
import { isBetter, mean } from './trial.ts'
import { type SharingUnit, withThreshold } from './units.ts'

/** No channel is stretched more than 1 / floor times: one that was silent in calibration may speak up later. */
const FLOORS: readonly number[] = [1 / 256, 1 / 64, 1 / 16, 1 / 4]
/** Room above what small channels needed in calibration. */
const MARGIN = 1.25

/**
 * Ranges that give each channel what it needs, by these rules. Before dense Convs half of it, in bits: the rest stays with the weights
 * (cross-layer equalization, Nagel et al. 2019).
 */
export function rangesFor(needs: Float64Array, floor: number, { behind }: RangedTensor, margin = MARGIN): Float32Array {
  const full = Math.max(...needs)
  const ranges = Float32Array.from(needs, (need) => Math.min(1, Math.max((margin * need) / full, floor)))
  return behind === 'dense' ? ranges.map(Math.sqrt) : ranges
}

/** Shares of the full range tried as thresholds. */
const SHARES: readonly number[] = [1, 0.7, 0.5, 0.35]
/** Functions that vanish on the negative side bend until about here. */
const BEND = 6

/** Thresholds closer together than this factor are not worth two trials. */
const COARSE = 1.25
/** Relative gain that is worth another threshold. */
const LEAST_GAIN = 0.003

/** One way, and what it costs. */
export interface Form {
  state: QuantizedState
  errors: number[]
  change: string
  /** Set where it has a range per channel. */
  range?: Float32Array
  /** The same without room above what channels needed in calibration, to be judged on other samples alone. */
  withoutMargin?: () => Pick<Form, 'state' | 'change'> & { range: Float32Array }
}

/**
 * The int8 form of a unit with the least error on a few tuning samples, everything else in int16; undefined where the present one
 * is best.
 *
 * @param errors of the present form, on the samples that screening uses
 */
export async function bestInt8Form(
  context: SearchContext,
  unit: SharingUnit,
  errors: number[],
): Promise<Form | undefined> {
  const alone = (state: QuantizedState): QuantizedState => isolated(context, state, [unit])
  const climbed = await climb(context, unit, context.int8, errors, alone, COARSE)
  if (unit.tensors.length > 1) return climbed
  return (await bestRange(context, unit, climbed?.errors ?? errors, alone)) ?? climbed
}

/**
 * The threshold where the error on a few tuning samples is least, on the way up or down from the present one; undefined where
 * that is best.
 *
 * @param errors of `state`, on those samples
 * @param seen what is run for a state
 * @param distinct factor between candidates
 */
export async function climb(
  { trial, statistics, isMirrored }: SearchContext,
  unit: SharingUnit,
  state: QuantizedState,
  errors: number[],
  seen: (state: QuantizedState) => QuantizedState = (other) => other,
  distinct?: number,
): Promise<Form | undefined> {
  const current = state.calibration.thresholds.get(unit.tensors[0])!
  const lowest = isMirrored ? unitThreshold(unit, state.plan, statistics, MOST_CLIPPED_OF_FEW) : undefined
  const ladder = thresholdLadder(unit, state.plan, statistics, distinct, current).filter(
    (threshold) => threshold === current || threshold >= (lowest ?? 0),
  )
  const start = ladder.indexOf(current)
  let best: Form | undefined
  for (const direction of [-1, 1]) {
    for (let index = start + direction; index >= 0 && index < ladder.length; index += direction) {
      const threshold = ladder[index]
      const tried = withThreshold(state, unit, threshold)
      const found = await trial.screenErrors(seen(tried))
      const least = best?.errors ?? errors
      if (!(mean(found) < mean(least) * (1 - LEAST_GAIN) && isBetter(least, found))) break
      const change = `threshold ${current.toPrecision(4)} -> ${threshold.toPrecision(4)}`
      best = { state: tried, errors: found, change }
    }
    if (best) break
  }
  return best
}

/** The range per channel of a single tensor with the least error on a few tuning samples; undefined where none is better than `least`. */
async function bestRange(
  context: SearchContext,
  unit: SharingUnit,
  least: readonly number[],
  seen: (state: QuantizedState) => QuantizedState,
): Promise<Form | undefined> {
  const { trial, statistics, ranges, int8, isMirrored } = context
  const [tensor] = unit.tensors
  const kind = rangedTensors(int8.model.graph, int8.plan).get(tensor)
  const histogram = statistics.get(tensor)
  if (!kind || !(histogram instanceof ChannelHistogram) || ranges.has(tensor)) return undefined
  const needs = channelNeeds(histogram, kind)
  const full = Math.max(...needs)
  if (full === 0) return undefined
  const limit = Math.min(full, int8.plan.quantizers.get(tensor)!.cap ?? Infinity)
  const rangedBy = (range: Float32Array): QuantizedState =>
    withRanges(context, int8, new Map([[tensor, range]]), new Map([[tensor, limit]]))
  const changeOf = (range: Float32Array, threshold: number, note = ''): string =>
    `range per channel, at most 1/${Math.round(1 / Math.min(...range))}, ${note}threshold ${threshold.toPrecision(4)}`
  const shares = isMirrored ? SHARES.slice(0, 1) : SHARES
  let best: Form | undefined
  for (const floor of FLOORS) {
    const range = rangesFor(needs, floor, kind)
    if (range.every((value) => value === 1)) break
    const ranged = rangedBy(range)
    for (const share of shares) {
      const threshold = limit * share
      const state = withThreshold(ranged, unit, threshold)
      const errors = await trial.screenErrors(seen(state))
      if (!(best ? mean(errors) < mean(best.errors) : isBetter(least, errors))) break
      const withoutMargin = () => {
        const finer = rangesFor(needs, floor, kind, 1)
        const change = changeOf(finer, threshold, 'no margin, ')
        return { state: withThreshold(rangedBy(finer), unit, threshold), change, range: finer }
      }
      best = { state, errors, change: changeOf(range, threshold), range, withoutMargin }
    }
  }
  return best
}

/** The state with ranges per channel on some tensors, in the model and in its float reference. */
export function withRanges(
  { planFor }: SearchContext,
  state: QuantizedState,
  ranges: ReadonlyMap<string, Float32Array>,
  thresholds: ReadonlyMap<string, number>,
): QuantizedState {
  const model = applyChannelRanges(state.model, state.plan, ranges)
  const referencePlan = planFor(state.reference.graph, () => 127)
  const reference = applyChannelRanges(state.reference, referencePlan, ranges)
  return stateOfModel(planFor, state, { model, reference }, thresholds)
}

/** What each channel needs: its largest magnitude; before a look-up the positive side, and a little of the negative one. */
export function channelNeeds({ channelMaxima, channelTops }: ChannelHistogram, { behind }: RangedTensor): Float64Array {
  if (behind !== 'lookup') return channelMaxima
  return channelMaxima.map((max, c) => Math.max(channelTops[c], Math.min(max, BEND)))
}
