/**
 * Choices in isolation: some units in int8 while every other activation is in int16.
 *
 * In that company errors are small and about add up, so a choice for one unit holds whatever is chosen for the others. Among int8
 * neighbours they do not: where two tensors ruin the result, everything else is judged on noise, and where all is well, any change
 * moves the error by more than it gains.
 */
import type { SearchContext } from './context.ts'
import { raisedState } from './int16-state.ts'
import type { QuantizedState } from './state.ts'
import type { Offered } from './trial.ts'
import type { SharingUnit } from './units.ts'

/** The state with every unit but some in int16. */
export function isolated(
  { units, statistics }: SearchContext,
  state: QuantizedState,
  some: readonly SharingUnit[],
): QuantizedState {
  const raised = raisedState(
    state,
    units.filter((unit) => !some.includes(unit)),
    statistics,
  )
  return { ...raised, int16AsFloat: true }
}

/** Take over another int8 form of some units when it is better in isolation. */
export async function offerIsolated(context: SearchContext, offered: Offered, form: QuantizedState): Promise<boolean> {
  const { trial, int8 } = context
  const { tensors } = offered
  if (trial.isOver) return false
  const some = context.units.filter((unit) => unit.tensors.some((tensor) => tensors.includes(tensor)))
  const [before, after] = [isolated(context, int8, some), isolated(context, form, some)]
  if (!(await trial.accepts(offered, after, before))) return false
  context.int8 = form
  if (form.model !== int8.model) trial.rebase(isolated(context, form, []))
  return true
}
