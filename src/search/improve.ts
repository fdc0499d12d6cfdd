/** The steps of a search, in their order. */
import { type CalibrationMethod, methodLabel } from '../calibrate/methods/index.ts'
import { chooseThresholds } from '../quantize/thresholds.ts'
import type { SearchContext } from './context.ts'
import { pickThresholds } from './pick-thresholds.ts'
import { lowerToInt8, raiseToInt16 } from './raise-int16.ts'
import { recoverBiases } from './recover/bias-correction.ts'
import { recoverCentredCodes } from './recover/centred-codes.ts'
import { recoverChannelRanges } from './recover/channel-ranges.ts'
import type { QuantizedState } from './state.ts'
import { WHOLE_MODEL } from './thresholds.ts'
import type { Trial } from './trial.ts'
import { withThreshold } from './units.ts'

/** What may be raised while the rest is decided. */
const SCAFFOLD_CAP = 0.15
/** How often the steps under the cap are gone through. */
const ROUNDS = 2

/** The method for the whole model with the least error on the tuning samples, if it holds on others. */
export async function chooseMethod(
  trial: Trial,
  stateBy: (method: CalibrationMethod) => QuantizedState,
  documented: CalibrationMethod,
): Promise<CalibrationMethod> {
  let best = { method: documented, error: await trial.tune(trial.state), state: trial.state }
  for (const method of WHOLE_MODEL) {
    const state = stateBy(method)
    const error = await trial.tune(state)
    if (error < best.error) best = { method, error, state }
  }
  if (best.state === trial.state) return documented
  const isTaken = await trial.offer('method', methodLabel(best.method), [], best.state)
  return isTaken ? best.method : documented
}

/** The present state with the thresholds of a method wherever nothing was decided yet. */
function withMethod({ trial, units, statistics, ranges }: SearchContext, method: CalibrationMethod): QuantizedState {
  let { state } = trial
  const thresholds = chooseThresholds(state.plan, statistics, method)
  for (const unit of units) {
    const isOpen = unit.tensors.every(
      (tensor) => state.plan.quantizers.get(tensor)!.levels !== 32767 && !ranges.has(tensor) && statistics.has(tensor),
    )
    if (!isOpen || unit.isFixed) continue
    state = withThreshold(state, unit, Math.max(...unit.tensors.map((tensor) => thresholds.get(tensor)!)))
  }
  return state
}

/** Improve the state step by step; true when biases were corrected. */
export async function improve(
  context: SearchContext,
  method: CalibrationMethod,
  biasCorrection: boolean | undefined,
  note: (stage: string) => Promise<void>,
): Promise<boolean> {
  const { trial, units, statistics } = context
  let biasCorrected = false
  const correct = async (isWhole: boolean): Promise<void> => {
    if (biasCorrection === false) return
    if (await recoverBiases(context, isWhole)) biasCorrected = true
    await note('bias correction')
  }
  await correct(true)
  // More than allowed at first: decisions on the others are sound only where the few that ruin the result are out of the way.
  let effects = await raiseToInt16(context, SCAFFOLD_CAP, true)
  await note('int16, beyond the cap for now')
  await chooseMethod(trial, (other) => withMethod(context, other), method)
  await note('method for the others')
  await recoverCentredCodes(context)
  await note('centred codes')
  await recoverChannelRanges(context)
  await note('ranges per channel')
  await pickThresholds(trial, units, statistics, effects)
  await note('thresholds')
  await lowerToInt8(context)
  await note('raised tensors back in int8')
  for (let round = 0; round < ROUNDS && !trial.isOver; round++) {
    const before = trial.state
    effects = await raiseToInt16(context, context.int16Cap, false)
    await note('int16')
    await pickThresholds(trial, units, statistics, effects)
    await note('thresholds')
    await correct(false)
    if (trial.state === before) break
  }
  return biasCorrected
}
