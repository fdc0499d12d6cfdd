/**
 * Sequential bias correction of the present state (quantize/bias-correction.ts), always measured from the network's own biases.
 *
 * It is what makes depthwise networks work, and can ruin others, so layers are accepted by the error at the output: all at once,
 * else by halves.
 */
import type { Model } from '../../ir/model.ts'
import { cloneModel } from '../../ir/model.ts'
import { applyCorrections, type BiasCorrections } from '../../quantize/bias-correction.ts'
import type { QuantizationPlan } from '../../quantize/plan.ts'
import { type SearchContext, stateOfModel } from '../context.ts'
import { offerHalves } from '../offer-parts.ts'
import type { QuantizedState } from '../state.ts'

export async function recoverBiases(context: SearchContext): Promise<void> {
  const { trial } = context
  if (trial.isOver) return
  const corrections = await measured(context, trial.state)
  const layers = [...corrections].filter(([, values]) => values.some((value) => value !== 0))
  await offerHalves(layers, async (part) => {
    const isTaken = await trial.offer(
      {
        stage: 'bias correction',
        change: `biases of ${part.length} layers`,
        tensors: part.map(([name]) => name),
        isTuned: false,
      },
      correctedState(context, trial.state, new Map(part)),
    )
    context.biasesCorrected ||= isTaken
    return isTaken
  })
}

/** The state with the biases of all its layers corrected; `seen` is what the correction is measured on. */
export async function withCorrectedBiases(
  context: SearchContext,
  state: QuantizedState,
  seen: (state: QuantizedState) => QuantizedState,
): Promise<QuantizedState> {
  return correctedState(context, state, await measured(context, seen(state)))
}

/** Corrections of the network's own biases. */
function measured(context: SearchContext, state: QuantizedState): Promise<BiasCorrections> {
  const model = withBiasesOf(state.model, state.reference, state.plan)
  return context.correct(stateOfModel(context.planFor, state, { model }))
}

/** The state with the named layers' biases corrected from the network's own. */
function correctedState(
  { planFor }: SearchContext,
  state: QuantizedState,
  corrections: BiasCorrections,
): QuantizedState {
  const nodes = new Set(corrections.keys())
  const fresh = withBiasesOf(state.model, state.reference, state.plan, nodes)
  return stateOfModel(planFor, state, { model: applyCorrections(fresh, state.plan, corrections) })
}

/** A copy of the model in which (the named) layers have the biases they have in `source`. */
function withBiasesOf(model: Model, source: Model, plan: QuantizationPlan, nodes?: ReadonlySet<string>): Model {
  const result = cloneModel(model)
  const { graph } = result
  const own = new Map(source.graph.nodes.map((node) => [node.name, node]))
  const units = new Set(plan.weighted.map((unit) => unit.node.name))
  for (const node of graph.nodes) {
    if (!units.has(node.name) || nodes?.has(node.name) === false) continue
    const bias = own.get(node.name)!.inputs[2]
    const values = bias ? source.graph.constant(bias)! : undefined
    if (values === (node.inputs[2] ? graph.constant(node.inputs[2]) : undefined)) continue
    // A name of its own: layers may share one constant, and only some of them may be corrected.
    const name = values && graph.setConstant(graph.freshName(`${node.name}_bias`), values)
    graph.setInputs(node, name ? [...node.inputs.slice(0, 2), name] : node.inputs.slice(0, 2))
  }
  return result
}
