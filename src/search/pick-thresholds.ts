/**
 * Other thresholds for the tensors that matter most: each climbs along its candidates while the error at the model's output falls
 * on the tuning samples; where it ends is accepted on others.
 */
import type { SearchContext } from './context.ts'
import { climb } from './int8-form.ts'
import { byCost, type Costs } from './isolated-costs.ts'

/** Units looked at. */
const TRIED = 40
/** So many in a row without success end the step: what is left matters less. */
const PATIENCE = 8

export async function pickThresholds(context: SearchContext, costs: Costs): Promise<void> {
  const { trial, units } = context
  const open = units.filter(
    (unit) => !unit.isFixed && trial.state.plan.quantizers.get(unit.tensors[0])!.levels !== 32767,
  )
  let failed = 0
  for (const unit of byCost(costs, open).slice(0, TRIED)) {
    if (trial.isOver || failed >= PATIENCE) return
    const { state } = trial
    const found = await climb(context, unit, state, await trial.screenErrors(state))
    const isTaken =
      found !== undefined &&
      (await trial.offer({ stage: 'threshold', change: found.change, tensors: unit.tensors }, found.state))
    failed = isTaken ? 0 : failed + 1
  }
}
