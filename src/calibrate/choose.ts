/**
 * `calibration_type: default`: max, max-percentile 0.99995 and kl made from the first 80 % of the samples and judged on the
 * rest by the lowest output similarity; the best is kept. All three are read off the same histograms, so there is nothing to
 * save by stopping early. Then bias correction is tried and kept when the judged value rises, unless the user decided. Explicit types take the same road with one candidate and no judging.
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
  samples: SampleSource
  candidates: readonly CalibrationMethod[]
  /** true/false decides; undefined tries and keeps what helps. */
  biasCorrection: boolean | undefined
  reporter: Reporter
}

export interface Choice {
  method: CalibrationMethod
  calibration: Calibration
  /** The optimized model, with corrected biases where they were kept. */
  model: Model
  biasCorrected: boolean
  /** What was judged, in order: method label and similarity. */
  judged: { candidate: string; similarity: number }[]
  statistics: Statistics
}

/** Choose thresholds and biases from the samples. */
export async function chooseCalibration(input: ChooseInput): Promise<Choice> {
  const { engine, model, plan, samples, reporter } = input
  const judging = input.candidates.length > 1 || input.biasCorrection === undefined
  const all = Array.from({ length: samples.count }, (_, i) => i)
  const split = judging ? splitSamples(samples.count) : { statistics: all, judging: [], shared: false }
  if (split.shared) {
    reporter.warn(
      `only ${samples.count} calibration sample(s): candidates are judged on the samples they were made from`,
    )
  }
  const statistics = await collectStatistics(
    engine,
    model,
    observedTensors(plan),
    samples,
    split.statistics,
    (done) => reporter.progress('Calibrating', done, split.statistics.length),
    () => new Histogram(),
  )
  const calibrations = input.candidates.map((method) =>
    completeCalibration(model.graph, plan, chooseThresholds(plan, statistics, method)),
  )
  const judged: Choice['judged'] = []
  let best = 0
  if (input.candidates.length > 1) {
    const models = calibrations.map((calibration) => insertCalibration(model, plan, calibration))
    const similarities = await judge(engine, model, models, samples, split.judging, (done) =>
      reporter.progress('Judging methods', done, split.judging.length),
    )
    best = similarities.indexOf(Math.max(...similarities))
    for (const [i, similarity] of similarities.entries()) {
      judged.push({ candidate: methodLabel(input.candidates[i]), similarity })
    }
  }
  const plain: Choice = {
    method: input.candidates[best],
    calibration: calibrations[best],
    model,
    biasCorrected: false,
    judged,
    statistics,
  }
  if (input.biasCorrection === false) return plain
  return tryCorrection(input, plain, split.statistics, split.judging)
}

/** Correct the biases; keep the result when told to, or when the judged similarity rises. */
async function tryCorrection(
  input: ChooseInput,
  plain: Choice,
  statistics: readonly number[],
  judging: readonly number[],
): Promise<Choice> {
  const { engine, model, plan, samples, reporter } = input
  const corrections = await biasCorrections({
    engine,
    model,
    plan,
    calibration: plain.calibration,
    samples,
    indices: statistics,
    onProgress: (done, total) => reporter.progress('Correcting biases', done, total),
  })
  const corrected = applyCorrections(model, plan, corrections)
  // The bias names changed, and a larger bias may need a larger weight threshold.
  const renamed = {
    ...plan,
    weighted: plan.weighted.map((unit) => ({ ...unit, bias: biasOf(corrected, unit.node.name) })),
  }
  const calibration = completeCalibration(corrected.graph, renamed, plain.calibration.thresholds)
  const choice = { ...plain, model: corrected, calibration, biasCorrected: true }
  if (input.biasCorrection === true) return choice
  const candidates = [plain, choice].map((candidate) => insertCalibration(candidate.model, plan, candidate.calibration))
  const [before, after] = await judge(engine, model, candidates, samples, judging, (done) =>
    reporter.progress('Judging bias correction', done, judging.length),
  )
  choice.judged = [...plain.judged, { candidate: `${methodLabel(plain.method)},bias_correction`, similarity: after }]
  return after > before ? choice : { ...plain, judged: choice.judged }
}

function biasOf(model: Model, nodeName: string): string | undefined {
  const bias = model.graph.nodes.find((node) => node.name === nodeName)?.inputs[2]
  return bias === '' ? undefined : bias
}
