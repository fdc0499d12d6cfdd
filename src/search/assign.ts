/** int16 where int8 costs most, as far as cap and march allow; and the whole of what was chosen in isolation. */
import type { Levels } from '../quantize/plan.ts'
import type { SearchContext } from './context.ts'
import { raisedState } from './int16-state.ts'
import { isolated } from './isolate.ts'
import { byCost, costOf, type Costs, sumOfCosts } from './isolated-costs.ts'
import type { QuantizedState } from './state.ts'
import { int16Shares, type SharingUnit, withLevels } from './units.ts'

/** Share of the error that must go for a tensor to be worth int16. */
const WORTH_RAISING = 0.015
/** Factor between threshold and largest magnitude, where samples are few. */
const ROOM_OF_FEW = 2
/** Units measured again before int16 is given away. */
const MEASURED_AGAIN = 12

/**
 * Offer every unit in its int8 form, the dearest ones in int16, against another state.
 *
 * @param plain the state before anything was chosen
 * @returns whether it was taken
 */
export async function assignPrecision(context: SearchContext, costs: Costs, plain: QuantizedState): Promise<boolean> {
  const { trial, statistics, int8 } = context
  const base = await trial.screen(isolated(context, int8, []))
  // Ranges and codes that came later made some of the dear units cheap.
  for (const unit of dearest(context, costs)) {
    if (trial.isOver) break
    costs.set(unit.tensors[0], (await trial.screen(isolated(context, int8, [unit]))) - base)
  }
  const total = base + sumOfCosts(costs)
  const wide = chooseInt16(context, costs, WORTH_RAISING * total)
  const state = raisedState(int8, wide, statistics, roomOf(context))
  trial.rebase(plain)
  const tensors = wide.flatMap((unit) => unit.tensors)
  return trial.offer({ stage: 'precision', change: `all of it, int16 on ${wide.length} activations`, tensors }, state)
}

/** int16 alone, where the whole was refused. */
export async function offerInt16(context: SearchContext, costs: Costs, plain: QuantizedState): Promise<void> {
  const wide = chooseInt16(context, costs, 0)
  if (wide.length === 0) return
  const tensors = wide.flatMap((unit) => unit.tensors)
  const state = raisedState(plain, wide, context.statistics, roomOf(context))
  await context.trial.offer({ stage: 'precision', change: `int16 on ${wide.length} activations`, tensors }, state)
}

/** Other pictures reach further than a few do, and 16 bits can spare one of them. */
function roomOf({ isMirrored }: SearchContext): number {
  return isMirrored ? ROOM_OF_FEW : 1
}

/** Units that are likely to be worth int16. */
function dearest({ units }: SearchContext, costs: Costs): SharingUnit[] {
  return byCost(costs, units)
    .filter((unit) => costOf(costs, unit) > 0)
    .slice(0, MEASURED_AGAIN)
}

/** Of two orders, by cost and by cost per element, the one that saves more. */
function chooseInt16({ units, int8, int16Cap }: SearchContext, costs: Costs, least: number): SharingUnit[] {
  const ownCost = (unit: SharingUnit): number => costOf(costs, unit)
  const open = units.filter((unit) => unit.takesInt16 && ownCost(unit) > least)
  const fill = (rank: (unit: SharingUnit) => number): SharingUnit[] => {
    const taken: SharingUnit[] = []
    for (const unit of open.toSorted((a, b) => rank(b) - rank(a))) {
      const levels = new Map<string, Levels>()
      for (const tensor of [...taken, unit].flatMap((wide) => wide.tensors)) levels.set(tensor, 32767)
      const { quantizers, elements } = int16Shares(units, withLevels(int8.plan, levels))
      if (quantizers <= int16Cap && elements <= int16Cap) taken.push(unit)
    }
    return taken
  }
  const saved = (taken: readonly SharingUnit[]): number => taken.reduce((sum, unit) => sum + ownCost(unit), 0)
  const [dearFirst, denseFirst] = [fill(ownCost), fill((unit) => ownCost(unit) / unit.elements)]
  return saved(denseFirst) > saved(dearFirst) ? denseFirst : dearFirst
}
