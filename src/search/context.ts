/** What the steps of a search share. */
import type { Histogram } from '../calibrate/histogram.ts'
import type { Graph } from '../ir/graph.ts'
import type { Model } from '../ir/model.ts'
import type { LookupSite } from '../quantize/after-only.ts'
import type { BiasCorrections } from '../quantize/bias-correction.ts'
import type { Levels, QuantizationPlan, WeightedUnit } from '../quantize/plan.ts'
import { codesFor, scaleOf } from '../quantize/plan.ts'
import type { RoundedLayers } from '../quantize/weight-rounding.ts'
import { weightThresholds } from '../quantize/weights.ts'
import type { QuantizedState } from './state.ts'
import type { Trial } from './trial.ts'
import { type SharingUnit, withLevels } from './units.ts'

export interface SearchContext {
  trial: Trial
  /** Of the optimized float model; tensors with ranges per channel are replaced when these change. */
  statistics: Map<string, Histogram>
  units: readonly SharingUnit[]
  /** Every unit in the int8 form chosen for it so far. */
  int8: QuantizedState
  /** Ranges per channel in that, by tensor. */
  ranges: Map<string, Float32Array>
  /** Tensors whose threshold was chosen for itself. */
  decided: Set<string>
  /** Bias correction was accepted; rounding of weights moves biases without it. */
  biasesCorrected: boolean
  /** Steps are accepted on mirror images of the samples that ranges come from. */
  isMirrored: boolean
  /** Largest share of quantizers and of elements in int16. */
  int16Cap: number
  /** Look-ups whose form may change (look-up-forms.ts), as placed at first. */
  sites: readonly LookupSite[]
  /** They may be quantized after the function alone. */
  takesFloatLookups: boolean
  /** The user asked for int16 on it. */
  requested(unit: SharingUnit): boolean
  /** Histograms of values of a float model over the tuning samples. */
  collect(model: Model, tensors: readonly string[]): Promise<ReadonlyMap<string, Histogram>>
  /** Corrections of a state's biases, by node name; nothing is changed. */
  correct(state: QuantizedState): Promise<BiasCorrections>
  /** Rounded weights of a state, by node name; nothing is changed. */
  round(state: QuantizedState): Promise<RoundedLayers>
  /** Placement on a graph with the same values. */
  planFor(graph: Graph, levels: (tensor: string) => Levels, afterOnly?: ReadonlySet<string>): QuantizationPlan
}

/** Note ranges that were accepted: the tensors' histograms were of the tensors as they were. */
export async function acceptRanges(context: SearchContext, accepted: ReadonlyMap<string, Float32Array>): Promise<void> {
  const { int8, statistics, ranges, decided } = context
  if (accepted.size === 0) return
  for (const [tensor, range] of accepted) {
    ranges.set(tensor, range)
    decided.add(tensor)
  }
  for (const [name, histogram] of await context.collect(int8.reference, [...accepted.keys()])) {
    statistics.set(name, histogram)
  }
}

/**
 * A state of a changed model: the same codes and thresholds where nothing else is given, weight thresholds made anew where the
 * weight is another.
 */
export function stateOfModel(
  planFor: SearchContext['planFor'],
  before: QuantizedState,
  { model, reference = before.reference }: { model: Model; reference?: Model },
  thresholds: ReadonlyMap<string, number> = new Map<string, number>(),
): QuantizedState {
  const all = new Map([...before.calibration.thresholds, ...thresholds])
  const kept = planFor(
    model.graph,
    (tensor) => before.plan.quantizers.get(tensor)?.levels ?? 127,
    before.plan.afterOnly,
  )
  // Ranges per channel move the lower bound that centred codes reach to.
  const plan = withLevels(
    kept,
    new Map(
      [...kept.quantizers.values()].map((quantizer) => [
        quantizer.tensor,
        codesFor(quantizer, all.get(quantizer.tensor)!),
      ]),
    ),
  )
  const levels = new Map([...plan.quantizers].map(([tensor, quantizer]) => [tensor, quantizer.levels]))
  const known = new Map(before.plan.weighted.map((unit) => [unit.node.name, unit]))
  const weights = new Map<string, Float32Array>()
  for (const unit of plan.weighted) {
    const { name } = unit.node
    const old = known.get(name)
    const isSame = old !== undefined && before.model.graph.constant(old.weight) === model.graph.constant(unit.weight)
    const same = isSame ? before.calibration.weights.get(name) : undefined
    weights.set(name, same ?? ownThresholds(model.graph, unit, scaleOf(all.get(unit.input)!, levels.get(unit.input)!)))
  }
  const { int16AsFloat } = before
  return {
    model,
    reference,
    plan,
    calibration: { thresholds: all, levels, weights },
    ...(int16AsFloat && { int16AsFloat }),
  }
}

function ownThresholds(graph: Graph, unit: WeightedUnit, inputScale: number): Float32Array {
  const bias = unit.bias === undefined ? undefined : graph.constant(unit.bias)!.floats()
  return weightThresholds(graph.constant(unit.weight)!, unit.axis, bias, inputScale)
}
