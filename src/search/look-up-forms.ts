/**
 * The forms of a look-up (SiLU, HardSwish, Mish, GELU) and what each costs: codes of 8 bits before and after the function, 16 bits
 * before it, or a quantizer after it alone (quantize/after-only.ts; march `generic`).
 */
import type { Statistics } from '../calibrate/collect.ts'
import type { Graph } from '../ir/graph.ts'
import { elementCount } from '../ir/tensor.ts'
import { macs } from '../ops/macs.ts'
import type { LookupSite } from '../quantize/after-only.ts'
import type { LookupForm } from '../quantize/look-up-form.ts'
import type { QuantizationPlan } from '../quantize/plan.ts'
import { type SearchContext, stateOfModel } from './context.ts'
import { raisedState } from './int16-state.ts'
import type { QuantizedState } from './state.ts'
import { type SharingUnit, withQuantizers } from './units.ts'

/** What changing the form of a look-up takes. */
export interface FormChange {
  planFor: SearchContext['planFor']
  statistics: Statistics
  units: readonly SharingUnit[]
  /** Where a tensor's codes of 8 bits come from. */
  int8: QuantizedState
}

export function formOf({ afterOnly, quantizers }: QuantizationPlan, { lookup, before }: LookupSite): LookupForm {
  if (afterOnly.has(lookup.name)) return 'after only'
  return quantizers.get(before)!.levels === 32767 ? 'int16 before' : 'before and after'
}

/** The state with another form of a look-up; everything else stays. */
export function withForm(
  change: FormChange,
  state: QuantizedState,
  site: LookupSite,
  form: LookupForm,
): QuantizedState {
  if (formOf(state.plan, site) === form) return state
  const { planFor, statistics, units, int8 } = change
  const { lookup, before } = site
  const { afterOnly } = state.plan
  const threshold = int8.calibration.thresholds.get(before)!
  let formed = state
  if (form === 'after only' || afterOnly.has(lookup.name)) {
    const names = new Set(afterOnly)
    if (form === 'after only') names.add(lookup.name)
    else names.delete(lookup.name)
    const placed = { ...state, plan: { ...state.plan, afterOnly: names } }
    formed = placedOnly(stateOfModel(planFor, placed, { model: state.model }, new Map([[before, threshold]])))
  } else if (form === 'before and after') {
    const { levels } = int8.plan.quantizers.get(before)!
    formed = withQuantizers(state, new Map([[before, threshold]]), new Map([[before, levels]]))
  }
  if (form !== 'int16 before') return formed
  return raisedState(
    formed,
    units.filter(({ tensors }) => tensors.includes(before)),
    statistics,
  )
}

/** The state without thresholds of tensors that have no quantizer any more. */
function placedOnly(state: QuantizedState): QuantizedState {
  const { plan, calibration } = state
  const thresholds = new Map([...calibration.thresholds].filter(([tensor]) => plan.quantizers.has(tensor)))
  return { ...state, calibration: { ...calibration, thresholds } }
}

/** A MAC in float, in MACs of 8 bits: with the dot products of recent CPUs (VNNI). Without them the two cost about the same. */
const FLOAT_MAC = 4
/** The function and its quantizers per element, in MACs of 8 bits. onnxruntime computes it in float between two quantizers. */
const ELEMENT: Readonly<Record<LookupForm, number>> = { 'before and after': 100, 'int16 before': 100, 'after only': 70 }

/**
 * Time that a form adds to the plain one by this model of it, as share of the time of all Convs and look-ups. Measured times differ from
 * run to run, and nothing may be decided by them: the same inputs must give the same files.
 */
export function addedTime(
  graph: Graph,
  plan: QuantizationPlan,
  sites: readonly LookupSite[],
): (site: LookupSite, form: LookupForm) => number {
  const elements = ({ after }: LookupSite): number => elementCount(graph.shape(after) ?? [])
  const convs = plan.weighted.reduce((sum, { node }) => sum + macs(graph, node), 0)
  const total = sites.reduce((sum, site) => sum + ELEMENT['before and after'] * elements(site), convs)
  return (site, form) => {
    if (form === 'before and after') return 0
    const more = (FLOAT_MAC - 1) * macs(graph, site.conv)
    return (more + (ELEMENT[form] - ELEMENT['before and after']) * elements(site)) / total
  }
}
