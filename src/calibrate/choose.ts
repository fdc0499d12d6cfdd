/**
 * `calibration_type: default`: max, max-percentile 0.99995 and kl made from the first 80 % of the samples and judged on the
 * rest by the lowest output similarity; the best is kept. All three are read off the same histograms, so there is nothing to
 * save by stopping early. Then centred codes and bias correction are tried and kept when the judged value rises, unless the
 * user decided. Explicit types take the same road with one candidate and no judging.
 */
import type { Engine } from '../engine.ts'
import type { Model } from '../ir/model.ts'
import { applyCorrections, biasCorrections } from '../quantize/bias-correction.ts'
import { type Calibration, completeCalibration, insertCalibration } from '../quantize/calibrated.ts'
import type { QuantizationPlan } from '../quantize/plan.ts'
import { chooseThresholds, observedTensors } from '../quantize/thresholds.ts'
import type { Reporter } from '../reporter.ts'
import { collectStatistics, type SampleSource, type Statistics } from './collect.ts'
import { Histogram } from './histogram.ts'
import { judge, splitSamples } from './judge.ts'
import { type CalibrationMethod, methodLabel } from './methods/index.ts'

export const DEFAULT_CANDIDATES: readonly CalibrationMethod[] = [
  { name: 'max' },
  { name: 'max-percentile', percentile: 0.99995 },
  { name: 'kl' },
]

export interface ChooseInput {
  engine: Engine
  /** The optimized float model and its plan. */
  model: Model
  plan: QuantizationPlan
  /** The same plan with centred codes where they are possible; undefined when none are, or the user chose the method. */
  centred: QuantizationPlan | undefined
  samples: SampleSource
  candidates: readonly CalibrationMethod[]
  /** true/false decides; undefined tries and keeps what helps. */
  biasCorrection: boolean | undefined
  reporter: Reporter
}

/** One way to quantize: a plan, its thresholds, and the model with or without corrected biases. */
interface Variant {
  label: string
  plan: QuantizationPlan
  calibration: Calibration
  model: Model
  biasCorrected: boolean
}

export interface Choice extends Variant {
  method: CalibrationMethod
  /** Centred codes were kept. */
  centred: boolean
  /** What was judged, in order: label and similarity. */
  judged: { candidate: string; similarity: number }[]
}

/** Choose thresholds, codes and biases from the samples. */
export async function chooseCalibration(input: ChooseInput): Promise<Choice> {
  const { model, plan, samples, reporter, candidates } = input
  const judging = candidates.length > 1 || input.biasCorrection === undefined || input.centred !== undefined
  const all = Array.from({ length: samples.count }, (_, i) => i)
  const split = judging ? splitSamples(samples.count) : { statistics: all, judging: [], shared: false }
  if (split.shared) {
    reporter.warn(
      `only ${samples.count} calibration sample(s): candidates are judged on the samples they were made from`,
    )
  }
  const statistics = await collectStatistics(
    input.engine,
    model,
    observedTensors(plan),
    samples,
    split.statistics,
    (done) => reporter.progress('Calibrating', done, split.statistics.length),
    () => new Histogram(),
  )
  const judged: Choice['judged'] = []
  const best = async (variants: readonly Variant[]): Promise<Variant> => {
    if (variants.length === 1) return variants[0]
    const models = variants.map((variant) => insertCalibration(variant.model, variant.plan, variant.calibration))
    const similarities = await judge(input.engine, model, models, samples, split.judging, (done) =>
      reporter.progress('Judging', done, split.judging.length),
    )
    for (const [i, variant] of variants.entries()) {
      const known = judged.some((entry) => entry.candidate === variant.label)
      if (!known) judged.push({ candidate: variant.label, similarity: similarities[i] })
    }
    return variants[similarities.indexOf(Math.max(...similarities))]
  }
  const methods = candidates.map((method) => variantOf(input, plan, statistics, method))
  const plain = await best(methods)
  const method = candidates[methods.indexOf(plain)]
  const kept = await best(await variantsOf(input, plain, split.statistics))
  return { ...kept, method, centred: kept.plan === input.centred, judged }
}

function variantOf(
  { model }: ChooseInput,
  plan: QuantizationPlan,
  statistics: Statistics,
  method: CalibrationMethod,
): Variant {
  const calibration = completeCalibration(model.graph, plan, chooseThresholds(plan, statistics, method))
  return { label: methodLabel(method), plan, calibration, model, biasCorrected: false }
}

/** The chosen method with and without centred codes and bias correction, as far as the user leaves it open. */
async function variantsOf(input: ChooseInput, plain: Variant, indices: readonly number[]): Promise<Variant[]> {
  const uncorrected = [plain]
  if (input.centred) {
    const calibration = completeCalibration(input.model.graph, input.centred, plain.calibration.thresholds)
    uncorrected.push({ ...plain, label: `${plain.label},centred_codes`, plan: input.centred, calibration })
  }
  if (input.biasCorrection === false) return uncorrected
  const corrected: Variant[] = []
  for (const variant of uncorrected) corrected.push(await correct(input, variant, indices))
  return input.biasCorrection === true ? corrected : [...uncorrected, ...corrected]
}

async function correct(input: ChooseInput, variant: Variant, indices: readonly number[]): Promise<Variant> {
  const { engine, model, samples, reporter } = input
  const { plan, calibration } = variant
  const corrections = await biasCorrections({
    engine,
    model,
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
    label: `${variant.label},bias_correction`,
    plan,
    calibration: completeCalibration(corrected.graph, renamed, calibration.thresholds),
    model: corrected,
    biasCorrected: true,
  }
}

function biasOf(model: Model, nodeName: string): string | undefined {
  const bias = model.graph.nodes.find((node) => node.name === nodeName)?.inputs[2]
  return bias === '' ? undefined : bias
}
