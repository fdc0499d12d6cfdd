/**
 * Precision, thresholds and ranges of every unit, from what each costs alone: the dear ones in their best int8 form or in int16,
 * all others by the method for the whole model.
 */
import { acceptRanges, type SearchContext } from './context.ts'
import { loweredState, raisedState } from './int16-state.ts'
import { withRanges } from './int8-form.ts'
import { type Costs, isolatedCosts } from './isolated-costs.ts'
import { chooseInt16, isolatedForms } from './isolated-forms.ts'
import type { QuantizedState } from './state.ts'
import { withThreshold } from './units.ts'

/** Share of the error that must go for a tensor to be worth int16. */
const WORTH_RAISING = 0.015

/**
 * Offer the assignment; what every unit costs alone is returned in any case.
 *
 * @param context its present state is `plain`'s with every activation in int16
 * @param plain the best state without any of this
 */
export async function assignPrecision(context: SearchContext, plain: QuantizedState): Promise<Costs> {
  const { trial, statistics, units, int16Cap } = context
  const isolated = trial.state
  const open = units.filter((unit) => !context.requested(unit))
  const costs = await isolatedCosts(trial, open, (some) => loweredState(isolated, some, plain))
  const choices = await isolatedForms(context, costs, (unit) => loweredState(isolated, [unit], plain))
  for (const { unit, cost } of choices) costs.set(unit.tensors[0], cost)

  let state = loweredState(isolated, open, plain)
  const total = (await trial.screen(isolated)) + [...costs.values()].reduce((sum, cost) => sum + Math.max(0, cost), 0)
  const wide = chooseInt16(units, state, choices, int16Cap, WORTH_RAISING * total)
  state = raisedState(state, [...wide], statistics)
  const ranges = new Map<string, Float32Array>()
  const thresholds = new Map<string, number>()
  for (const { unit, form } of choices) {
    if (!form || wide.has(unit)) continue
    state = withThreshold(state, unit, form.threshold)
    if (!form.range) continue
    ranges.set(unit.tensors[0], form.range)
    thresholds.set(unit.tensors[0], form.threshold)
  }
  if (ranges.size > 0) state = withRanges(context, state, ranges, thresholds)
  trial.rebase(plain)
  const change = `int16 on ${wide.size}, ranges per channel on ${ranges.size} of ${choices.length} units looked at`
  const tensors = [...wide].map((unit) => unit.tensors[0])
  if (await trial.offer('precision', change, tensors, state)) {
    for (const { unit, form } of choices) if (form) for (const tensor of unit.tensors) context.decided.add(tensor)
    await acceptRanges(context, ranges)
  }
  return costs
}
