/** States with units in int16. */
import type { Statistics } from '../calibrate/collect.ts'
import type { Levels } from '../quantize/plan.ts'
import type { QuantizedState } from './state.ts'
import { unitMaximum } from './thresholds.ts'
import { type SharingUnit, withQuantizers } from './units.ts'

/** The state with units in int16, nothing of them clipped; units without a known maximum stay as they are. */
export function raisedState(
  state: QuantizedState,
  units: readonly SharingUnit[],
  statistics: Statistics,
): QuantizedState {
  const thresholds = new Map<string, number>()
  const levels = new Map<string, Levels>()
  for (const unit of units) {
    const threshold = unitMaximum(unit, state.plan, statistics)
    if (threshold === undefined) continue
    for (const tensor of unit.tensors) {
      thresholds.set(tensor, threshold)
      levels.set(tensor, 32767)
    }
  }
  return withQuantizers(state, thresholds, levels)
}
