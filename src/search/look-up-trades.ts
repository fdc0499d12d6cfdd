/** What each form of a look-up costs in accuracy, everything else as it was built: measured on the acceptance samples. */
import type { Graph } from '../ir/graph.ts'
import type { LookupSite } from '../quantize/after-only.ts'
import { LOOKUP_FORMS, type LookupForm } from '../quantize/look-up-form.ts'
import type { Evaluator } from './evaluator.ts'
import { addedTime, type FormChange, formOf, withForm } from './look-up-forms.ts'
import type { QuantizedState } from './state.ts'
import { mean } from './trial.ts'

/** One look-up, the form it has, and what every form that the march takes costs. */
export interface LookupTrade {
  lookup: string
  /** Tensors before and after the function. */
  before: string
  after: string
  form: LookupForm
  /** Output error with the look-up in a form. */
  errors: Partial<Record<LookupForm, number>>
  /** Time a form adds by our model of it (look-up-forms.ts), as share of the network's. */
  addedTime: Partial<Record<LookupForm, number>>
}

export interface TradesInput extends FormChange {
  evaluator: Evaluator
  /** What the build ends with; accepted by the evaluator. */
  state: QuantizedState
  /** Graph that the sites stand in. */
  graph: Graph
  sites: readonly LookupSite[]
  /** Every reader of the tensor takes int16. */
  takesInt16(tensor: string): boolean
  takesFloat: boolean
  judging: readonly number[]
  /** Errors with a tensor in int16 that were measured already. */
  int16Errors: ReadonlyMap<string, number>
}

/** Look-ups that have another form than the plain one, and those whose tensor before was among the dearest; in topological order. */
export async function measureTrades(input: TradesInput): Promise<LookupTrade[]> {
  const { evaluator, state, sites, judging, int16Errors, takesFloat } = input
  const time = addedTime(input.graph, state.plan, sites)
  const trades: LookupTrade[] = []
  for (const site of sites) {
    const form = formOf(state.plan, site)
    const { lookup, before, after } = site
    if (form === 'before and after' && !int16Errors.has(before)) continue
    const trade: LookupTrade = { lookup: lookup.name, before, after, form, errors: {}, addedTime: {} }
    for (const other of LOOKUP_FORMS) {
      if (other === 'int16 before' && !input.takesInt16(before)) continue
      if (other === 'after only' && !takesFloat) continue
      const known = form === 'before and after' && other === 'int16 before' ? int16Errors.get(before) : undefined
      trade.errors[other] = known ?? mean(await evaluator.errors(withForm(input, state, site, other), judging))
      trade.addedTime[other] = time(site, other)
    }
    trades.push(trade)
  }
  return trades
}
