/**
 * The search behind `calibration_type: default`: from the best method for the whole model to thresholds, codes and weights chosen
 * by the measured error at the outputs (improve.ts has the order). At the end the whole is confirmed on samples that nothing was
 * accepted on (with fewer than 6 samples, on the mirror images that served for accepting).
 */
import { ChannelHistogram } from '../calibrate/channel-histogram.ts'
import { collectStatistics, type SampleSource } from '../calibrate/collect.ts'
import { Histogram } from '../calibrate/histogram.ts'
import { type CalibrationMethod, methodLabel } from '../calibrate/methods/index.ts'
import { spread } from '../calibrate/spread.ts'
import type { Engine } from '../engine.ts'
import type { Graph } from '../ir/graph.ts'
import type { Model } from '../ir/model.ts'
import type { Node } from '../ir/node.ts'
import { biasCorrections } from '../quantize/bias-correction.ts'
import { completeCalibration, roomForBiases } from '../quantize/calibrated.ts'
import { type ChannelRanges, rangedTensors } from '../quantize/channel-ranges.ts'
import { lookupSites } from '../quantize/after-only.ts'
import type { Levels, QuantizationPlan } from '../quantize/plan.ts'
import { chooseThresholds } from '../quantize/thresholds.ts'
import { roundWeights } from '../quantize/weight-rounding.ts'
import type { Reporter } from '../reporter.ts'
import type { SearchContext } from './context.ts'
import type { OutputKinds } from './error/recognise.ts'
import { Evaluator } from './evaluator.ts'
import { chooseMethod, improve } from './improve.ts'
import { raisedState } from './int16-state.ts'
import { type LookupTrade, measureTrades } from './look-up-trades.ts'
import { type Partition, scattered } from './partition.ts'
import { measureRemaining, type RemainingError } from './remaining.ts'
import type { QuantizedState } from './state.ts'
import { MOST_CLIPPED_OF_FEW } from './thresholds.ts'
import { type Decision, Trial } from './trial.ts'
import { type Int16Shares, int16Shares, sharingUnits } from './units.ts'

/** One of so many calibration samples is a tuning sample, within bounds. */
const SAMPLES_PER_TUNED = 8
const LEAST_TUNED = 8
const MOST_TUNED = 16
/** Means and moments are not taken from fewer samples than this if tuning samples can join them. */
const LEAST_OTHERS = 24
/** A run of the fake-quantized network costs about as much as so many float runs. */
const FLOAT_RUNS = 1.5
/** Fewer calibration samples than this still get the budget of so many. */
const LEAST_BUDGETED = 20
/** Share of quantizers and of elements that may be raised to int16. */
const INT16_CAP = 0.05
/** A control with every activation in int16 whose error is above this scores like noise. */
const BROKEN = 1
const SIGNIFICANCE = 2
const CORRECTION_BYTES = 64 * 2 ** 20

export interface SearchInput {
  engine: Engine
  /** The optimized float model. */
  model: Model
  planFor: SearchContext['planFor']
  samples: SampleSource
  partition: Partition
  statistics: ReadonlyMap<string, Histogram>
  /** What the documented stage chose. */
  method: CalibrationMethod
  /** Float runs over the calibration samples that the search may cost. */
  budget: number
  /** Codes that the user asked for, by tensor. */
  requested: (tensor: string) => Levels
  allowsInt16: boolean
  takesInt16(node: Node): boolean
  /** The user's word on bias correction; undefined tries it. */
  biasCorrection: boolean | undefined
  kinds?: OutputKinds | undefined
  reporter: Reporter
}

/** Error after a stage of the search. */
export interface SearchStage {
  stage: string
  /** Mean over the acceptance samples. */
  error: number
  /** Runs of the network so far. */
  runs: number
}

/** What a search did, for reports. */
export interface SearchSummary {
  /** How the outputs are judged. */
  measures: string[]
  stages: SearchStage[]
  decisions: readonly Decision[]
  shares: Int16Shares
  /** Errors on the confirmation samples; not confirmed means the plain build was kept. */
  confirmation: { plain: number; found: number; isBetter: boolean }
  /** Error with every activation in int16. */
  control: number
  /** What the build ends with still costs. */
  remaining: RemainingError
  /** What the forms of the look-ups cost, those that matter. */
  lookups: LookupTrade[]
}

export interface SearchResult {
  state: QuantizedState
  method: CalibrationMethod
  ranges: ChannelRanges
  biasCorrected: boolean
  /** Histograms of the tensors as the state stores them. */
  statistics: ReadonlyMap<string, Histogram>
  summary: SearchSummary
}

/** Observers of the statistics that a search needs: of each channel where ranges per channel are possible. */
export function searchObserver(graph: Graph, plan: QuantizationPlan): (tensor: string) => Histogram {
  const ranged = rangedTensors(graph, plan)
  return (tensor) => {
    const kind = ranged.get(tensor)
    return kind ? new ChannelHistogram(kind.channels) : new Histogram()
  }
}

/** Search; falls back to the plain build where nothing better is confirmed. */
export async function searchCalibration(input: SearchInput): Promise<SearchResult> {
  const { engine, model, samples, partition, reporter } = input
  const statistics = new Map(input.statistics)
  const plan = input.planFor(model.graph, input.requested)
  const plainState = (method: CalibrationMethod): QuantizedState => {
    const calibration = completeCalibration(model.graph, plan, chooseThresholds(plan, statistics, method))
    return { model, reference: model, plan, calibration }
  }
  const plain = plainState(input.method)
  const tuned = Math.min(MOST_TUNED, Math.max(LEAST_TUNED, Math.round(samples.count / SAMPLES_PER_TUNED)))
  const tuning = scattered(spread(partition.statistics, tuned))
  const others = withoutTuning(partition.statistics, tuning)
  const evaluator = await Evaluator.open({
    engine,
    state: plain,
    samples,
    indices: [...tuning, ...partition.acceptance, ...partition.confirmation],
    kinds: input.kinds,
  })
  try {
    const runs = Math.ceil((input.budget * Math.max(LEAST_BUDGETED, samples.count)) / FLOAT_RUNS)
    const at = positions(tuning, partition)
    const trial = new Trial({ evaluator, ...at, runs, reporter, untouched: others.length > 0 })
    const measures = evaluator.error.measures.map((measure) => measure.title)
    for (const measure of measures) reporter.info(`Judging outputs by the ${measure}.`)
    const stages: SearchStage[] = []
    const note = async (stage: string): Promise<void> => {
      const error = await trial.judge(trial.state)
      stages.push({ stage, error, runs: evaluator.runs })
      reporter.info(`Search: ${stage}: output error ${error.toFixed(5)}`)
    }
    await note(methodLabel(input.method))
    const method = partition.isMirrored ? MOST_CLIPPED_OF_FEW : await chooseMethod(trial, plainState, input.method)
    if (partition.isMirrored) trial.rebase(plainState(method))
    const units = sharingUnits(trial.state, input.takesInt16)
    const control = await trial.tune(raisedState(trial.state, units, statistics))
    if (!(control < BROKEN)) warnOfControl(reporter, control)
    await note(`method ${methodLabel(method)}`)
    const indices = others.length > 0 ? others : partition.statistics
    const { runners } = evaluator
    const walk = { runners, samples, indices, memoryBytes: CORRECTION_BYTES }
    const context: SearchContext = {
      trial,
      statistics,
      units,
      int8: trial.state,
      ranges: new Map(),
      decided: new Set(),
      biasesCorrected: false,
      int16Cap: input.allowsInt16 ? INT16_CAP : 0,
      requested: (unit) => unit.tensors.some((tensor) => input.requested(tensor) === 32767),
      planFor: input.planFor,
      isMirrored: partition.isMirrored,
      sites: lookupSites(model.graph, plan),
      takesFloatLookups: plan.takesZeroPoints && input.allowsInt16,
      collect: (ranged, tensors) =>
        collectStatistics(
          engine,
          ranged,
          tensors,
          samples,
          tuning,
          () => {},
          () => new Histogram(),
        ),
      async round(state) {
        await evaluator.rest()
        return roundWeights({ engine, ...walk, ...asJudged(state), movesBiases: input.biasCorrection !== false })
      },
      async correct(state) {
        await evaluator.rest()
        return biasCorrections({ ...walk, ...asJudged(state), significance: SIGNIFICANCE, onProgress: () => {} })
      },
    }
    const costs = await improve(context, method, input.biasCorrection, note)
    const found = withRoomForBiases(trial.state)
    const confirmation = await trial.confirm(plain, found)
    const state = confirmation.isBetter ? found : plain
    reporter.info(
      `Search: confirmed on ${partition.confirmation.length} other sample(s): ${confirmation.plain.toFixed(5)} -> ${confirmation.found.toFixed(5)}` +
        (confirmation.isBetter ? '' : ', not better: the plain build is kept'),
    )
    const ownStatistics = confirmation.isBetter ? statistics : input.statistics
    const placed = units.filter(({ tensors }) => state.plan.quantizers.has(tensors[0]))
    const { remaining, alone } = await measureRemaining({
      evaluator,
      state,
      units: placed,
      statistics: ownStatistics,
      costs,
      judging: trial.reported,
    })
    const lookups = await measureTrades({
      evaluator,
      state,
      graph: model.graph,
      sites: context.sites,
      planFor: input.planFor,
      statistics: ownStatistics,
      units,
      int8: confirmation.isBetter ? context.int8 : plain,
      takesInt16: (tensor) => units.some((unit) => unit.takesInt16 && unit.tensors.includes(tensor)),
      takesFloat: plan.takesZeroPoints,
      judging: trial.reported,
      int16Errors: alone,
    })
    return {
      state,
      method: confirmation.isBetter ? method : input.method,
      ranges: confirmation.isBetter ? context.ranges : new Map<string, Float32Array>(),
      biasCorrected: confirmation.isBetter && context.biasesCorrected,
      statistics: ownStatistics,
      summary: {
        measures,
        stages,
        decisions: trial.decisions,
        shares: int16Shares(placed, state.plan),
        confirmation,
        control,
        remaining,
        lookups,
      },
    }
  } finally {
    await evaluator.release()
  }
}

/** The state without quantizers of int16, where these stand for float (state.ts). */
function asJudged(state: QuantizedState): QuantizedState {
  if (!state.int16AsFloat) return state
  const quantizers = new Map([...state.plan.quantizers].filter(([, { levels }]) => levels !== 32767))
  return { ...state, plan: { ...state.plan, quantizers } }
}

/** The state with weight thresholds for the input scales it ended with. */
function withRoomForBiases(state: QuantizedState): QuantizedState {
  const { model, plan, calibration } = state
  return { ...state, calibration: { ...calibration, weights: roomForBiases(model.graph, plan, calibration) } }
}

/** Samples for means and moments other than those that trials are tuned on; none where too few would be left. */
function withoutTuning(statistics: readonly number[], tuning: readonly number[]): number[] {
  const others = statistics.filter((sample) => !tuning.includes(sample))
  return others.length >= LEAST_OTHERS ? others : []
}

function positions(tuning: readonly number[], { acceptance, confirmation }: Partition) {
  const range = (start: number, count: number): number[] => Array.from({ length: count }, (_, i) => start + i)
  return {
    tuning: range(0, tuning.length),
    acceptance: range(tuning.length, acceptance.length),
    confirmation: range(tuning.length + acceptance.length, confirmation.length),
  }
}

function warnOfControl(reporter: Reporter, control: number): void {
  reporter.warn(
    `a control run with every activation in int16 does not score like the float model (output error ${control.toFixed(3)}): ` +
      'what loses is not the thresholds; check weights of extreme size and the calibration data',
  )
}
