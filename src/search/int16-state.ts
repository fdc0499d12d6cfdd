/** States with units in int16. */
import type { Statistics } from '../calibrate/collect.ts'
import type { Levels } from '../quantize/plan.ts'
import type { QuantizedState } from './state.ts'
import { int16Threshold } from './thresholds.ts'
import { type SharingUnit, withQuantizers } from './units.ts'

/**
 * The state with units in int16, nothing clipped that calibration saw; units without a known maximum stay as they are.
 *
 * @param room that thresholds leave above the largest magnitude, as a factor
 */
export function raisedState(
  state: QuantizedState,
  units: readonly SharingUnit[],
  statistics: Statistics,
  room = 1,
): QuantizedState {
  const thresholds = new Map<string, number>()
  const levels = new Map<string, Levels>()
  for (const unit of units) {
    const threshold = int16Threshold(unit, state.plan, statistics, room)
    if (threshold === undefined) continue
    for (const tensor of unit.tensors) {
      thresholds.set(tensor, threshold)
      levels.set(tensor, 32767)
    }
  }
  return withQuantizers(state, thresholds, levels)
}
