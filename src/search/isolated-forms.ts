/**
 * The best int8 form of the units that cost most alone: another threshold, or a range per channel. Each is chosen on tuning samples
 * and accepted on others, everything else in int16.
 */
import { acceptRanges, type SearchContext } from './context.ts'
import { bestInt8Form, type Form } from './int8-form.ts'
import { isolated, offerIsolated } from './isolate.ts'
import { byCost, costOf, type Costs } from './isolated-costs.ts'
import { mean } from './trial.ts'
import type { SharingUnit } from './units.ts'

/** Units looked at. */
const TRIED = 8
/** The rest is left alone when it costs less than this share of all. */
const LEFT_ALONE = 0.1
/** The share of the budget after which no more units are looked at one by one: what comes later concerns all. */
export const SPENT = 0.5

/**
 * Give the dearest units their best forms; their costs become what those cost.
 *
 * @param known units that were looked at before
 * @returns those looked at
 */
export async function chooseForms(
  context: SearchContext,
  costs: Costs,
  known: readonly SharingUnit[] = [],
): Promise<SharingUnit[]> {
  const formed: SharingUnit[] = []
  const { trial, units } = context
  const ordered = byCost(costs, units).filter((unit) => costOf(costs, unit) > 0)
  let rest = ordered.reduce((sum, unit) => sum + costOf(costs, unit), 0)
  const least = rest * LEFT_ALONE
  for (const unit of ordered.slice(0, TRIED)) {
    if (trial.isPast(SPENT) || rest < least) break
    rest -= costOf(costs, unit)
    if (known.includes(unit)) continue
    formed.push(unit)
    const base = await trial.screen(isolated(context, context.int8, []))
    const before = await trial.screenErrors(isolated(context, context.int8, [unit]))
    costs.set(unit.tensors[0], mean(before) - base)
    const form = unit.isFixed ? undefined : await bestInt8Form(context, unit, before)
    const take = ({ change, state }: Pick<Form, 'change' | 'state'>): Promise<boolean> =>
      offerIsolated(context, { stage: 'int8 form', change, tensors: unit.tensors }, state)
    if (!form || !(await take(form))) continue
    costs.set(unit.tensors[0], mean(form.errors) - base)
    for (const tensor of unit.tensors) context.decided.add(tensor)
    if (!form.range) continue
    await acceptRanges(context, new Map([[unit.tensors[0], form.range]]))
    // Tuning samples are among those the ranges come from: on them nothing clips. Only others can tell.
    const finer = context.isMirrored ? undefined : form.withoutMargin?.()
    if (finer && (await take(finer))) await acceptRanges(context, new Map([[unit.tensors[0], finer.range]]))
  }
  return formed
}
