/** Ways to keep a unit in int8: other thresholds, or a range per channel. */
import { ChannelHistogram } from '../calibrate/channel-histogram.ts'
import { applyChannelRanges, type RangedTensor, rangedTensors } from '../quantize/channel-ranges.ts'
import type { Levels } from '../quantize/plan.ts'
import { type SearchContext, stateOfModel } from './context.ts'
import type { QuantizedState } from './state.ts'
import { thresholdLadder } from './thresholds.ts'
import { isBetter, mean } from './trial.ts'
import { type SharingUnit, withQuantizers, withThreshold } from './units.ts'

/** No channel is stretched more than 1 / floor times. */
const FLOORS: readonly number[] = [1 / 16, 1 / 4]
/** Shares of the full range tried as thresholds. */
const SHARES: readonly number[] = [1, 0.7, 0.5, 0.35]
/** Functions that vanish on the negative side bend until about here. */
const BEND = 6

/** Thresholds closer together than this factor are not worth two trials. */
const COARSE = 1.25

/** One way, and what it costs. */
export interface Form {
  state: QuantizedState
  errors: number[]
  change: string
  /** Set where it has a range per channel. */
  range?: Float32Array
}

/**
 * The unit in int8 in the way that costs least on the tuning samples.
 *
 * @param isThorough on all of them; else on the few that screening uses
 */
export async function bestInt8Form(context: SearchContext, unit: SharingUnit, isThorough: boolean): Promise<Form> {
  const { trial, statistics } = context
  const lowered = inInt8(trial.state, unit)
  const ladder = thresholdLadder(unit, lowered.plan, statistics, COARSE)
  const forms: Form[] = []
  for (const threshold of ladder) {
    const state = withThreshold(lowered, unit, threshold)
    forms.push({
      state,
      errors: await (isThorough ? trial.tuneErrors(state) : trial.screenErrors(state)),
      change: `int8, threshold ${threshold.toPrecision(4)}`,
    })
  }
  const [tensor] = unit.tensors
  const ranged =
    unit.tensors.length === 1 ? await bestRange(context, tensor, lowered, undefined, isThorough) : undefined
  if (ranged) forms.push(ranged)
  return forms.reduce((best, form) => (mean(form.errors) < mean(best.errors) ? form : best))
}

function inInt8(state: QuantizedState, unit: SharingUnit): QuantizedState {
  const levels = new Map<string, Levels>(unit.tensors.map((tensor) => [tensor, 127]))
  return withQuantizers(state, new Map<string, number>(), levels)
}

/**
 * The range per channel with the least error on tuning samples; undefined where none is possible or better than `least`.
 *
 * @param state the state in which the tensor gets it
 * @param least errors on a few tuning samples; undefined: some range is wanted, so all are compared
 * @param isThorough compared on all tuning samples
 */
export async function bestRange(
  { trial, planFor, statistics, ranges }: SearchContext,
  tensor: string,
  state: QuantizedState,
  least: readonly number[] | undefined,
  isThorough = false,
): Promise<Form | undefined> {
  const kind = rangedTensors(state.model.graph, state.plan).get(tensor)
  const histogram = statistics.get(tensor)
  if (!kind || !(histogram instanceof ChannelHistogram) || ranges.has(tensor)) return undefined
  const needs = channelNeeds(histogram, kind)
  const full = Math.max(...needs)
  let best: Form | undefined
  for (const floor of FLOORS) {
    const r = Float32Array.from(needs, (need) => Math.min(1, Math.max(need / full, floor)))
    if (full === 0 || r.every((value) => value === 1)) break
    const changed = new Map([[tensor, r]])
    const model = applyChannelRanges(state.model, state.plan, changed)
    const referencePlan = planFor(state.reference.graph, () => 127)
    const reference = applyChannelRanges(state.reference, referencePlan, changed)
    const limit = Math.min(full, state.plan.quantizers.get(tensor)!.cap ?? Infinity)
    for (const share of SHARES) {
      const threshold = limit * share
      const found = stateOfModel(planFor, state, { model, reference }, new Map([[tensor, threshold]]))
      const errors = await (isThorough ? trial.tuneErrors(found) : trial.screenErrors(found))
      const isTaken = best ? mean(errors) < mean(best.errors) : !least || isBetter(least, errors)
      if (!isTaken && least) break
      if (!isTaken) continue
      const change = `range per channel, at most 1/${Math.round(1 / floor)}, threshold ${threshold.toPrecision(4)}`
      best = { state: found, errors, change, range: r }
    }
  }
  return best
}

/** What each channel needs: its largest magnitude; before a look-up the positive side, and a little of the negative one. */
export function channelNeeds(
  { channelMaxima, channelTops }: ChannelHistogram,
  { isLookupInput }: RangedTensor,
): Float64Array {
  if (!isLookupInput) return channelMaxima
  return channelMaxima.map((max, c) => Math.max(channelTops[c], Math.min(max, BEND)))
}
