/**
 * `calibration_type: default`: max, max-percentile 0.99995 and kl made from the first 80 % of the samples and judged on the
 * rest by the lowest output similarity (of logits before a final Softmax); the best is kept. All three are read off the same
 * histograms, so there is nothing to save by stopping early. Then each of bias correction, ranges per channel and asymmetric codes
 * is tried on top of what was kept so far, and kept when the judged value rises. `mix` compares the three and a fourth (mix.ts), and
 * tries bias correction alone. Explicit types take the same road with one candidate and no judging; the user may decide on bias
 * correction, ranges per channel (per_channel) and asymmetric codes (asymmetric): centred codes, on march `generic` zero points.
 */
import type { Engine } from '../engine.ts'
import type { Graph } from '../ir/graph.ts'
import type { Model } from '../ir/model.ts'
import { applyCorrections, biasCorrections } from '../quantize/bias-correction.ts'
import { type Calibration, completeCalibration, insertCalibration } from '../quantize/calibrated.ts'
import { centrableTensors } from '../quantize/centred-codes.ts'
import {
  applyChannelRanges,
  type ChannelRanges,
  channelRanges,
  fullRange,
  rangedTensors,
} from '../quantize/channel-ranges.ts'
import type { Levels, QuantizationPlan, ValueRange } from '../quantize/plan.ts'
import type { SearchSummary } from '../search/search.ts'
import { chooseThresholds, observedTensors } from '../quantize/thresholds.ts'
import { asymmetricCodes, chooseZeroPoints } from '../quantize/zero-points.ts'
import type { Reporter } from '../reporter.ts'
import { InlineRunner } from '../runners/inline-runner.ts'
import { Runners } from '../runners/runners.ts'
import { ChannelHistogram } from './channel-histogram.ts'
import { collectStatistics, type SampleSource, type Statistics } from './collect.ts'
import { Histogram } from './histogram.ts'
import { judge, splitSamples } from './judge.ts'
import { type CalibrationMethod, methodLabel } from './methods/index.ts'
import { mixMethod } from './mix.ts'

export const DEFAULT_CANDIDATES: readonly CalibrationMethod[] = [
  { name: 'max' },
  { name: 'max-percentile', percentile: 0.99995 },
  { name: 'kl' },
]

export interface ChooseInput {
  engine: Engine
  /** The optimized float model. */
  model: Model
  /** Placement on the graph of the model, or of a copy with the same nodes; asymmetric ones become 127 where they are not possible. */
  planFor(graph: Graph, levels: (tensor: string) => Levels): QuantizationPlan
  samples: SampleSource
  /** Several: the best is kept, and so are ranges per channel and asymmetric codes if they help. One: it is used as it is. */
  candidates: readonly CalibrationMethod[]
  /** A mix of the candidates is one more of them; ranges per channel and asymmetric codes are not tried. */
  mix?: boolean
  /** Ranges per channel wherever they are exact, whatever they bring. */
  perChannel?: boolean
  /** Asymmetric codes wherever they are possible, whatever they bring: centred codes; zero points where the plan takes any. */
  asymmetric?: boolean
  /** true/false decides; undefined tries and keeps what helps. */
  biasCorrection: boolean | undefined
  reporter: Reporter
}

/** What is done beside the thresholds. */
interface Recipe {
  biasCorrection: boolean
  /** Channel ranges to move into weights; none: an empty map. */
  ranges: ChannelRanges
  asymmetric: boolean
}

export interface Choice extends Recipe {
  method: CalibrationMethod
  /** The model to insert the calibration into: ranges moved, biases corrected. */
  model: Model
  plan: QuantizationPlan
  calibration: Calibration
  /** What was judged, in order: label and similarity. */
  judged: { candidate: string; similarity: number }[]
  /** What the thresholds were read off. */
  statistics: Statistics
  /** What the search did; undefined where none was made. */
  search?: SearchSummary
}

type Variant = Omit<Choice, 'judged' | 'statistics' | 'search'>

const PLAIN: Recipe = { biasCorrection: false, ranges: new Map(), asymmetric: false }

/** The documented stage alone: each candidate's lowest output similarity, thresholds from `statistics`, judged on `indices`. */
export async function judgeMethods(
  input: Pick<ChooseInput, 'engine' | 'model' | 'planFor' | 'samples' | 'candidates' | 'reporter'>,
  statistics: Statistics,
  indices: readonly number[],
): Promise<{ method: CalibrationMethod; judged: Choice['judged'] }> {
  const { engine, model, samples, candidates, reporter } = input
  const plan = input.planFor(model.graph, int8)
  const models = candidates.map((method) =>
    insertCalibration(model, plan, completeCalibration(model.graph, plan, chooseThresholds(plan, statistics, method))),
  )
  const similarities = await judge(engine, model, models, samples, indices, (done) =>
    reporter.progress('Judging', done, indices.length),
  )
  return {
    method: candidates[similarities.indexOf(Math.max(...similarities))],
    judged: candidates.map((method, i) => ({ candidate: methodLabel(method), similarity: similarities[i] })),
  }
}

/** Choose thresholds, codes and biases from the samples. */
export async function chooseCalibration(input: ChooseInput): Promise<Choice> {
  const { samples, reporter, candidates } = input
  const judging = candidates.length > 1 || input.biasCorrection === undefined
  const all = Array.from({ length: samples.count }, (_, i) => i)
  const split = judging ? splitSamples(samples.count) : { statistics: all, judging: [], shared: false }
  if (split.shared) {
    reporter.warn(
      `only ${samples.count} calibration sample(s): candidates are judged on the samples they were made from`,
    )
  }
  const plan = input.planFor(input.model.graph, int8)
  const ranged = new Map(
    [...(triesForms(input) || input.perChannel ? rangedTensors(input.model.graph, plan) : [])].filter(
      ([, { behind }]) => behind === 'depthwise',
    ),
  )
  const statistics = await collectStatistics(
    input.engine,
    input.model,
    observedTensors(plan),
    samples,
    split.statistics,
    (done) => reporter.progress('Calibrating', done, split.statistics.length),
    (tensor) => (ranged.has(tensor) ? new ChannelHistogram(ranged.get(tensor)!.channels) : new Histogram()),
  )
  const make = (method: CalibrationMethod, recipe: Recipe): Promise<Variant> =>
    makeVariant(input, statistics, split.statistics, method, recipe)
  const judged: Choice['judged'] = []
  const judgeAll = async (variants: readonly Variant[]): Promise<number[]> => {
    const models = variants.map((variant) => insertCalibration(variant.model, variant.plan, variant.calibration))
    const similarities = await judge(input.engine, input.model, models, samples, split.judging, (done) =>
      reporter.progress('Judging', done, split.judging.length),
    )
    for (const [i, variant] of variants.entries())
      judged.push({ candidate: label(variant), similarity: similarities[i] })
    return similarities
  }

  const forms: Recipe = {
    ...PLAIN,
    ranges: input.perChannel ? channelRanges(plan, channelMaxima(statistics)) : PLAIN.ranges,
    asymmetric: input.asymmetric === true,
  }
  const mixed = input.mix ? [await mixMethod({ ...input, plan, statistics, indices: split.judging })] : []
  const methods = await Promise.all([...candidates, ...mixed].map((method) => make(method, forms)))
  let best = methods[0]
  let similarity = 0
  if (judging) {
    const similarities = await judgeAll(methods)
    similarity = Math.max(...similarities)
    best = methods[similarities.indexOf(similarity)]
  }
  if (input.biasCorrection) {
    best = await make(best.method, { ...forms, biasCorrection: true })
    if (judging) similarity = (await judgeAll([best]))[0]
  }
  for (const step of steps(input, plan, statistics)) {
    const variant = await make(best.method, { ...best, ...step })
    const [reached] = await judgeAll([variant])
    if (reached <= similarity) continue
    best = variant
    similarity = reached
  }
  return { ...best, judged, statistics }
}

/** What is tried in turn; nothing where the user chose the method and decided on bias correction. */
function steps(input: ChooseInput, plan: QuantizationPlan, statistics: Statistics): Partial<Recipe>[] {
  const tried: Partial<Recipe>[] = input.biasCorrection === undefined ? [{ biasCorrection: true }] : []
  if (!triesForms(input)) return tried
  const ranges = channelRanges(plan, channelMaxima(statistics))
  if (ranges.size > 0) tried.push({ ranges })
  if (plan.takesZeroPoints || freelyCentred(input.model.graph, plan).size > 0) tried.push({ asymmetric: true })
  return tried
}

function int8(): Levels {
  return 127
}

/** Tensors to which centred codes cost nothing: never negative, and no reader needs a Pad. */
function freelyCentred(graph: Graph, plan: QuantizationPlan): Set<string> {
  const free = [...centrableTensors(graph, plan)].filter(
    ([tensor, { needsPad }]) => !needsPad && plan.quantizers.get(tensor)!.nonNegative,
  )
  return new Set(free.map(([tensor]) => tensor))
}

function triesForms({ candidates, mix }: ChooseInput): boolean {
  return candidates.length > 1 && !mix
}

function channelMaxima(statistics: Statistics): Map<string, Float64Array> {
  const maxima = new Map<string, Float64Array>()
  for (const [tensor, histogram] of statistics) {
    if (histogram instanceof ChannelHistogram) maxima.set(tensor, histogram.channelMaxima)
  }
  return maxima
}

function label({ method, biasCorrection, ranges, asymmetric }: Omit<Variant, 'model'>): string {
  const parts = [methodLabel(method)]
  if (biasCorrection) parts.push('bias_correction')
  if (ranges.size > 0) parts.push('per_channel')
  if (asymmetric) parts.push('asymmetric')
  return parts.join(',')
}

async function makeVariant(
  input: ChooseInput,
  statistics: Statistics,
  indices: readonly number[],
  method: CalibrationMethod,
  recipe: Recipe,
): Promise<Variant> {
  const { ranges } = recipe
  const plain = input.planFor(input.model.graph, int8)
  const model = ranges.size > 0 ? applyChannelRanges(input.model, plain, ranges) : input.model
  const { thresholds, levels } = recipe.asymmetric
    ? asymmetricForm(input.model.graph, plain, statistics, method)
    : { thresholds: chooseThresholds(plain, statistics, method), levels: new Map<string, Levels>() }
  for (const [tensor, range] of ranges) {
    const quantizer = plain.quantizers.get(tensor)!
    const histogram = statistics.get(tensor) as ChannelHistogram
    const hasZeroPoint = levels.has(tensor) && !quantizer.nonNegative
    const codes = hasZeroPoint
      ? asymmetricCodes(stretchedRange(histogram, range))
      : { threshold: fullRange(quantizer, histogram.channelMaxima), levels: 255 }
    thresholds.set(tensor, codes.threshold)
    if (levels.has(tensor)) levels.set(tensor, codes.levels)
  }
  const plan = input.planFor(model.graph, (tensor) => levels.get(tensor) ?? 127)
  const variant = { ...recipe, method, model, plan, calibration: completeCalibration(model.graph, plan, thresholds) }
  return recipe.biasCorrection ? correct(input, variant, indices) : variant
}

/** Ends of the values of a tensor whose channels are divided by their ranges. */
function stretchedRange({ channelTops, channelBottoms }: ChannelHistogram, range: Float32Array): ValueRange {
  const ends = (values: Float64Array): number[] => Array.from(values, (value, channel) => value / range[channel])
  return { min: Math.min(...ends(channelBottoms)), max: Math.max(...ends(channelTops)) }
}

/** Thresholds of all tensors, and the codes of those whose codes are asymmetric. */
function asymmetricForm(
  graph: Graph,
  plan: QuantizationPlan,
  statistics: Statistics,
  method: CalibrationMethod,
): { thresholds: Map<string, number>; levels: Map<string, Levels> } {
  if (plan.takesZeroPoints) return chooseZeroPoints(plan, statistics, method)
  const levels = new Map([...freelyCentred(graph, plan)].map((tensor) => [tensor, 255]))
  return { thresholds: chooseThresholds(plan, statistics, method), levels }
}

async function correct(input: ChooseInput, variant: Variant, indices: readonly number[]): Promise<Variant> {
  const { engine, samples, reporter } = input
  const { model, plan, calibration } = variant
  const corrections = await biasCorrections({
    // Once in a build, of all samples: there is nothing to keep a second one for.
    runners: new Runners([new InlineRunner(engine)]),
    model,
    reference: model,
    plan,
    calibration,
    samples,
    indices,
    onProgress: (done, total) => reporter.progress('Correcting biases', done, total),
  })
  const corrected = applyCorrections(model, plan, corrections)
  // The bias names changed, and a larger bias may need a larger weight threshold.
  const renamed = {
    ...plan,
    weighted: plan.weighted.map((unit) => ({ ...unit, bias: biasOf(corrected, unit.node.name) })),
  }
  return {
    ...variant,
    model: corrected,
    calibration: completeCalibration(corrected.graph, renamed, calibration.thresholds),
  }
}

function biasOf(model: Model, nodeName: string): string | undefined {
  const bias = model.graph.nodes.find((node) => node.name === nodeName)?.inputs[2]
  return bias === '' ? undefined : bias
}
