/** The steps of a search, in their order. */
import type { Statistics } from '../calibrate/collect.ts'
import { type CalibrationMethod, methodLabel } from '../calibrate/methods/index.ts'
import { chooseThresholds } from '../quantize/thresholds.ts'
import { assignPrecision, offerInt16 } from './assign.ts'
import { chooseLookupForms } from './choose-look-up-forms.ts'
import type { SearchContext } from './context.ts'
import { isolated } from './isolate.ts'
import { type Costs, isolatedCosts } from './isolated-costs.ts'
import { chooseForms, SPENT } from './isolated-forms.ts'
import { pickThresholds } from './pick-thresholds.ts'
import { recoverBiases } from './recover/bias-correction.ts'
import { recoverFreeCentredCodes, recoverPaddedCentredCodes } from './recover/centred-codes.ts'
import { recoverChannelRanges } from './recover/channel-ranges.ts'
import { useLowestCode } from './recover/lowest-code.ts'
import { recoverRounding } from './recover/weight-rounding.ts'
import type { QuantizedState } from './state.ts'
import { WHOLE_MODEL } from './thresholds.ts'
import type { Trial } from './trial.ts'
import { withQuantizers, withThreshold } from './units.ts'

/** Shares of the cost of all activations that are looked into, first and where the dear ones have their forms. */
const DEAR = 0.05
const NOTICED = 0.02

/** The method for the whole model with the least error on a few tuning samples, if it holds on others. */
export async function chooseMethod(
  trial: Trial,
  stateBy: (method: CalibrationMethod) => QuantizedState,
  documented: CalibrationMethod,
): Promise<CalibrationMethod> {
  let best = { method: documented, error: await trial.screen(trial.state), state: trial.state }
  for (const method of WHOLE_MODEL) {
    if (trial.isOver) break
    const state = stateBy(method)
    const error = await trial.screen(state)
    if (error < best.error) best = { method, error, state }
  }
  if (best.state === trial.state) return documented
  const isTaken = await trial.offer({ stage: 'method', change: methodLabel(best.method), tensors: [] }, best.state)
  return isTaken ? best.method : documented
}

/** The present state with the thresholds of a method wherever nothing was decided yet. */
function withMethod({ trial, units, statistics, decided }: SearchContext, method: CalibrationMethod): QuantizedState {
  let { state } = trial
  const thresholds = chooseThresholds(state.plan, statistics, method)
  for (const unit of units) {
    const isOpen = unit.tensors.every(
      (tensor) => state.plan.quantizers.get(tensor)!.levels !== 32767 && !decided.has(tensor),
    )
    const measured = unit.tensors.filter((tensor) => statistics.has(tensor))
    if (!isOpen || unit.isFixed || measured.length === 0) continue
    state = withThreshold(state, unit, Math.max(...measured.map((tensor) => thresholds.get(tensor)!)))
  }
  return state
}

/** Improve the state step by step; returns what each activation costs in int8, in isolation. */
export async function improve(
  context: SearchContext,
  method: CalibrationMethod,
  biasCorrection: boolean | undefined,
  note: (stage: string) => Promise<void>,
): Promise<Costs> {
  const { trial } = context
  const known = new Map(context.statistics)
  const correct = async (): Promise<void> => {
    if (biasCorrection === false) return
    await recoverBiases(context)
    await note('bias correction')
  }
  // Weights first, then activations, each in the company of int16 alone.
  const plain = trial.state
  if (trial.isOver) return new Map()
  const decisionsBefore = trial.decisions.length
  trial.rebase(isolated(context, plain, []))
  await note('weights alone')
  await correct()
  context.int8 = withCodesOf(trial.state, plain)
  await useLowestCode(context)
  const costs = await chooseCodesAndForms(context)
  await recoverChannelRanges(context)
  await recoverRounding(context, costs, biasCorrection !== false)
  if (!(await assignPrecision(context, costs, plain))) {
    for (const decision of trial.decisions.slice(decisionsBefore)) decision.accepted = false
    forgetForms(context, known)
    await offerInt16(context, costs, plain)
    context.int8 = plain
  }
  await note('precision of activations')
  if (context.takesFloatLookups && context.sites.length > 0) {
    await chooseLookupForms(context, costs)
    await note('look-ups')
  }
  // What suits int8 neighbours on few pictures does not suit others, and mirror images cannot tell.
  if (!context.isMirrored) {
    await chooseMethod(trial, (other) => withMethod(context, other), method)
    await note('method for the others')
    await correct()
  }
  await pickThresholds(context, costs)
  await note('thresholds')
  return costs
}

/**
 * Codes and int8 forms of the activations that cost most; returns what each costs then.
 *
 * What is dear gets its form first: beside it the others can hardly be told apart, so they are measured again.
 */
async function chooseCodesAndForms(context: SearchContext): Promise<Costs> {
  await recoverFreeCentredCodes(context)
  const costs = await isolatedCosts(context, DEAR)
  await recoverPaddedCentredCodes(context, costs)
  const formed = await chooseForms(context, costs)
  if (formed.length === 0 || context.trial.isPast(SPENT)) return costs
  const others = new Map([...costs, ...(await isolatedCosts(context, NOTICED))])
  await recoverPaddedCentredCodes(context, others)
  await chooseForms(context, others, formed)
  return others
}

/** Nothing of what was chosen in isolation is used. */
function forgetForms(context: SearchContext, known: Statistics): void {
  const { statistics, ranges, decided } = context
  ranges.clear()
  decided.clear()
  context.biasesCorrected = false
  for (const [tensor, histogram] of known) statistics.set(tensor, histogram)
}

/** A state with the codes and thresholds of another one. */
function withCodesOf(state: QuantizedState, { plan, calibration }: QuantizedState): QuantizedState {
  const levels = new Map([...plan.quantizers].map(([tensor, quantizer]) => [tensor, quantizer.levels]))
  return withQuantizers(state, calibration.thresholds, levels)
}
