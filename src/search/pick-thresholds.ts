/**
 * Other thresholds for the tensors that matter most: each climbs along its candidates while the error at the model's output falls
 * on the tuning samples; where it ends is accepted on others.
 */
import type { Statistics } from '../calibrate/collect.ts'
import type { Effects } from './raise-int16.ts'
import { thresholdLadder } from './thresholds.ts'
import { isBetter, mean, type Trial } from './trial.ts'
import { type SharingUnit, withThreshold } from './units.ts'

/** Units looked at. */
const TRIED = 40
/** So many in a row without success end the step: what is left matters less. */
const PATIENCE = 20
/** Relative gain that is worth a change. */
const LEAST_GAIN = 0.003

export async function pickThresholds(
  trial: Trial,
  units: readonly SharingUnit[],
  statistics: Statistics,
  effects: Effects,
): Promise<void> {
  const effect = (unit: SharingUnit): number => effects.get(unit.tensors[0]) ?? 0
  const open = units.filter(
    (unit) => !unit.isFixed && trial.state.plan.quantizers.get(unit.tensors[0])!.levels !== 32767,
  )
  let failed = 0
  for (const unit of open.toSorted((a, b) => effect(b) - effect(a)).slice(0, TRIED)) {
    if (trial.isOver || failed >= PATIENCE) return
    const before = trial.state.calibration.thresholds.get(unit.tensors[0])!
    const found = await climb(trial, unit, statistics)
    failed++
    if (found === undefined) continue
    const change = `threshold ${before.toPrecision(4)} -> ${found.toPrecision(4)}`
    if (await trial.offer('threshold', change, unit.tensors, withThreshold(trial.state, unit, found))) failed = 0
  }
}

/** The threshold where the error is least on the way up or down; undefined where the present one is best. */
async function climb(trial: Trial, unit: SharingUnit, statistics: Statistics): Promise<number | undefined> {
  const { state } = trial
  const current = state.calibration.thresholds.get(unit.tensors[0])!
  const ladder = thresholdLadder(unit, state.plan, statistics, undefined, current)
  const start = ladder.indexOf(current)
  let best = { errors: await trial.screenErrors(state), index: start }
  for (const direction of [-1, 1]) {
    for (let index = start + direction; index >= 0 && index < ladder.length; index += direction) {
      const errors = await trial.screenErrors(withThreshold(state, unit, ladder[index]))
      const isWorth = mean(errors) < mean(best.errors) * (1 - LEAST_GAIN) && isBetter(best.errors, errors)
      if (!isWorth) break
      best = { errors, index }
    }
    if (best.index !== start) break
  }
  return best.index === start ? undefined : ladder[best.index]
}
