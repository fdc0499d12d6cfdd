/**
 * The best int8 form of the units that cost most alone (isolated-costs.ts), and which of them int16 is spent on.
 *
 * Forms: another threshold, or a range per channel. Each is chosen on tuning samples and accepted on others, everything else in
 * int16. int16 goes where the best int8 form still costs most, as far as the cap and the march allow.
 */
import type { QuantizedState } from './state.ts'
import { bestInt8Form, type Form } from './int8-form.ts'
import type { SearchContext } from './context.ts'
import type { Costs } from './isolated-costs.ts'
import { mean } from './trial.ts'
import { int16Shares, type SharingUnit, withLevels } from './units.ts'
import type { Levels } from '../quantize/plan.ts'

/** Units looked at. */
const TRIED = 12
/** The rest is left alone when it costs less than this share of all. */
const LEFT_ALONE = 0.1

/** What a unit costs in int8 in its best form; without a form, in the method's. */
export interface Int8Choice {
  unit: SharingUnit
  cost: number
  form: Form | undefined
}

/**
 * The dearest units' best forms.
 *
 * @param lowered the present state, all in int16, with a unit in int8 by the method for the whole model
 */
export async function isolatedForms(
  context: SearchContext,
  costs: Costs,
  lowered: (unit: SharingUnit) => QuantizedState,
): Promise<Int8Choice[]> {
  const { trial, units } = context
  const base = await trial.screen(trial.state)
  const costOf = (unit: SharingUnit): number => costs.get(unit.tensors[0]) ?? 0
  const ordered = units.filter((unit) => costOf(unit) > 0).toSorted((a, b) => costOf(b) - costOf(a))
  let rest = ordered.reduce((sum, unit) => sum + costOf(unit), 0)
  const least = rest * LEFT_ALONE
  const choices: Int8Choice[] = []
  for (const unit of ordered.slice(0, TRIED)) {
    if (trial.isOver || rest < least) break
    rest -= costOf(unit)
    const plain = lowered(unit)
    const before = await trial.screenErrors(plain)
    const form = unit.isFixed ? undefined : await bestInt8Form(context, unit, plain, before)
    const isTaken =
      form !== undefined && (await trial.accepts('int8 form', form.change, unit.tensors, form.state, plain))
    choices.push({ unit, cost: mean(isTaken ? form.errors : before) - base, form: isTaken ? form : undefined })
  }
  return choices
}

/**
 * Units to have in int16: of two orders, by cost and by cost per element, the one that saves more.
 *
 * @param state the state they will be part of
 * @param cap largest share of quantizers and of elements
 * @param least cost below which int16 is not worth its time
 */
export function chooseInt16(
  units: readonly SharingUnit[],
  state: QuantizedState,
  choices: readonly Int8Choice[],
  cap: number,
  least: number,
): Set<SharingUnit> {
  const open = choices.filter(({ unit, cost }) => unit.takesInt16 && cost > least)
  const fill = (rank: (choice: Int8Choice) => number): Int8Choice[] => {
    const taken: Int8Choice[] = []
    for (const choice of open.toSorted((a, b) => rank(b) - rank(a))) {
      const levels = new Map<string, Levels>()
      for (const { unit } of [...taken, choice]) for (const tensor of unit.tensors) levels.set(tensor, 32767)
      const { quantizers, elements } = int16Shares(units, withLevels(state.plan, levels))
      if (quantizers <= cap && elements <= cap) taken.push(choice)
    }
    return taken
  }
  const saved = (taken: readonly Int8Choice[]): number => taken.reduce((sum, { cost }) => sum + cost, 0)
  const [byCost, byDensity] = [fill(({ cost }) => cost), fill(({ cost, unit }) => cost / unit.elements)]
  return new Set((saved(byDensity) > saved(byCost) ? byDensity : byCost).map(({ unit }) => unit))
}
