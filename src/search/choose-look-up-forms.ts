/**
 * A quantizer after the function alone, for the look-ups that lose most by the one before it (march `generic`).
 *
 * In place of int16 before it, which takes the same Conv in float and rounds in addition, it is taken unless it is worse. In place of 8 bits
 * it must be better, and take a larger share off the error than it adds to the time.
 */
import type { SearchContext } from './context.ts'
import { costOf, type Costs } from './isolated-costs.ts'
import { addedTime, formOf, withForm } from './look-up-forms.ts'
import { mean } from './trial.ts'

/** Look-ups in 8 bits that are looked at. */
const TRIED = 8
/** So many in a row without success end the step. */
const PATIENCE = 4
const STAGE = 'look-ups'

export async function chooseLookupForms(context: SearchContext, costs: Costs): Promise<void> {
  const { trial, sites } = context
  if (!context.takesFloatLookups || sites.length === 0) return
  const { model, plan } = trial.state
  const unitOf = new Map(context.units.map((unit) => [unit.tensors[0], unit]))
  const open = sites.filter(({ before }) => !context.requested(unitOf.get(before)!))
  const cost = ({ before }: (typeof sites)[number]): number => costOf(costs, unitOf.get(before)!)
  const dear = open
    .filter((site) => formOf(plan, site) === 'before and after' && cost(site) > 0)
    .toSorted((a, b) => cost(b) - cost(a))
    .slice(0, TRIED)
  for (const site of open.filter((other) => formOf(plan, other) === 'int16 before')) {
    const formed = withForm(context, trial.state, site, 'after only')
    const change = 'int16 before the function, against after only'
    const isWorse = await trial.accepts({ stage: STAGE, change, tensors: [site.before] }, trial.state, formed)
    if (!isWorse) trial.rebase(formed)
  }
  const time = addedTime(model.graph, plan, sites)
  const whole = await trial.screen(trial.state)
  let failed = 0
  for (const site of dear) {
    if (trial.isOver || failed >= PATIENCE) break
    failed++
    const formed = withForm(context, trial.state, site, 'after only')
    const gain = (await trial.screen(trial.state)) - mean(await trial.screenErrors(formed))
    const added = time(site, 'after only')
    if (!(gain > 0) || gain / whole < added) continue
    const change = `after only, by our model ${(100 * added).toFixed(1)} % of the time`
    if (await trial.offer({ stage: STAGE, change, tensors: [site.before] }, formed)) failed = 0
  }
  const { quantizers } = trial.state.plan
  context.units = context.units.filter(({ tensors }) => quantizers.has(tensors[0]))
}
