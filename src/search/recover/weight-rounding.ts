/**
 * Weights rounded by what they do to outputs (quantize/weight-rounding.ts), always from the unrounded ones, while every activation is
 * in int16. All layers are offered, where that is refused each half of them.
 */
import { applyRounding } from '../../quantize/weight-rounding.ts'
import { type SearchContext, stateOfModel } from '../context.ts'
import { withCorrectedBiases } from './bias-correction.ts'
import { isolated, offerIsolated } from '../isolate.ts'
import { offerParts } from '../offer-parts.ts'

/** Into how many parts the layers are divided at most. */
const PARTS = 2

export async function recoverRounding(context: SearchContext): Promise<void> {
  const { trial, planFor } = context
  if (trial.isOver) return
  const layers = [...(await context.round(isolated(context, context.int8, [])))]
  await offerParts(layers, Math.max(1, Math.ceil(layers.length / PARTS)), async (part) => {
    const model = applyRounding(context.int8.model, new Map(part))
    const rounded = stateOfModel(planFor, context.int8, { model })
    const form = await withCorrectedBiases(context, rounded, (state) => isolated(context, state, []))
    return offerIsolated(context, 'weight rounding', `weights of ${part.length} layers`, [], form)
  })
}
