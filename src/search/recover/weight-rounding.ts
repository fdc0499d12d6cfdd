/**
 * Weights rounded by what they do to outputs (quantize/weight-rounding.ts), while every activation is in int16, with biases corrected
 * anew where that is better: other weights shift other means. All layers are offered, where that is refused each half of them.
 *
 * It takes few runs of the network, so it is done beyond the budget too. It comes behind the ranges per channel: those that move a
 * factor from one weight into another would round it a second time.
 */
import { applyRounding } from '../../quantize/weight-rounding.ts'
import { type SearchContext, stateOfModel } from '../context.ts'
import { isolated } from '../isolate.ts'
import { type Costs, sumOfCosts } from '../isolated-costs.ts'
import { offerHalves } from '../offer-parts.ts'
import type { QuantizedState } from '../state.ts'
import { withCorrectedBiases } from './bias-correction.ts'

/** Share of the error from which the weights are worth it. */
const WORTH_ROUNDING = 0.01

/**
 * @param costs what each activation costs in isolation
 * @param corrects whether biases may be corrected
 */
export async function recoverRounding(context: SearchContext, costs: Costs, corrects: boolean): Promise<void> {
  const { trial, planFor } = context
  const alone = (state: QuantizedState): QuantizedState => isolated(context, state, [])
  const ofWeights = await trial.screen(alone(context.int8))
  if (ofWeights < WORTH_ROUNDING * (ofWeights + sumOfCosts(costs))) return
  const layers = [...(await context.round(alone(context.int8)))]
  await offerHalves(layers, async (part) => {
    const rounded = stateOfModel(planFor, context.int8, { model: applyRounding(context.int8.model, new Map(part)) })
    const corrected = corrects ? await withCorrectedBiases(context, rounded, alone) : undefined
    const isCorrected =
      corrected !== undefined && (await trial.screen(alone(corrected))) < (await trial.screen(alone(rounded)))
    const form = isCorrected ? corrected : rounded
    const offered = {
      stage: 'weight rounding',
      change: `weights of ${part.length} layers${isCorrected ? ', biases corrected anew' : ''}`,
      tensors: part.map(([name]) => name),
    }
    if (!(await trial.accepts(offered, alone(form), alone(context.int8)))) return false
    context.int8 = form
    context.biasesCorrected ||= isCorrected
    trial.rebase(alone(form))
    return true
  })
}
