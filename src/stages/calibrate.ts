/** Stage: optimized float model + samples -> calibrated model. */
import { chooseCalibration, type Choice, DEFAULT_CANDIDATES, judgeMethods } from '../calibrate/choose.ts'
import { collectStatistics, type SampleSource } from '../calibrate/collect.ts'
import { withMirrored } from '../calibrate/mirrored.ts'
import { type CalibrationMethod, methodLabel } from '../calibrate/methods/index.ts'
import type { CalibrationConfig } from '../config/types.ts'
import type { Engine } from '../engine.ts'
import { StageError } from '../errors.ts'
import type { Graph } from '../ir/graph.ts'
import { cloneModel, type Model } from '../ir/model.ts'
import { insertCalibration } from '../quantize/calibrated.ts'
import { centrableTensors } from '../quantize/centred-codes.ts'
import { isAsymmetric, type Levels, type QuantizationPlan } from '../quantize/plan.ts'
import { observedTensors } from '../quantize/thresholds.ts'
import type { Reporter } from '../reporter.ts'
import { fewSamples } from '../samples/few-samples.ts'
import { LEAST_SAMPLES, partitionMirrored, partitionSamples } from '../search/partition.ts'
import { searchCalibration, type SearchInput, searchObserver } from '../search/search.ts'
import { takesInt16 } from '../targets/int16.ts'
import { adjustCalibrated } from './adjust.ts'
import { type ArtefactFacts, writeFacts } from './artefacts.ts'
import { writeRanges } from './float-reference.ts'
import { int16Requests } from './int16-requests.ts'
import { knownKinds } from './output-kinds.ts'
import { planGraph } from './plan.ts'

/** Samples that the documented stage is judged on at most, where a search follows that measures what it chose. */
const JUDGED = 12

export interface CalibratedResult {
  calibrated: Model
  choice: Choice
  /** Why int16 requests cannot be met, by node name. */
  unmet: ReadonlyMap<string, string>
}

export interface CalibrateOptions {
  engine: Engine
  calibration: CalibrationConfig
  int16Nodes: readonly string[]
  reporter: Reporter
}

/** Calibrate an optimized model (types inferred). */
export async function calibrateStage(
  optimized: Model,
  facts: ArtefactFacts,
  samples: SampleSource,
  options: CalibrateOptions,
): Promise<CalibratedResult> {
  const { reporter, calibration } = options
  const unasked = planGraph(optimized.graph, facts.march, facts.inputs, () => 127, facts.cpuNodes)
  const { tensors: int16, unmet } = int16Requests(optimized.graph, unasked, facts.march, options.int16Nodes)
  const planFor = (graph: Graph, other: (tensor: string) => Levels): QuantizationPlan =>
    planGraph(graph, facts.march, facts.inputs, (tensor) => (int16.has(tensor) ? 32767 : other(tensor)), facts.cpuNodes)
      .plan
  if (unasked.plan.weighted.length === 0) {
    throw new StageError(
      'STAGE_NOTHING_TO_QUANTIZE',
      'no Conv, ConvTranspose, Gemm or MatMul with constant weights runs on the accelerator',
      {
        stage: 'calibrate',
        detail: 'There is no node can execute on BPU in this model',
        fix: 'run `hb_mapper checker` on the model: it says for every node where it runs and why',
      },
    )
  }
  const few = calibration.type === 'skip' ? undefined : fewSamples(samples.count)
  if (few !== undefined) reporter.warn(few)
  const candidates = methodsOf(calibration)
  if (candidates.length > 1) reporter.info('Run calibration model with modelwise search method.')
  const isExplicit = candidates.length === 1
  const isSearched = calibration.type === 'default' && calibration.searchBudget > 0
  const choice = isSearched
    ? await searchedChoice(optimized, facts, samples, options, int16)
    : await chooseCalibration({
        engine: options.engine,
        model: optimized,
        planFor,
        samples,
        candidates,
        mix: calibration.type === 'mix',
        perChannel: isExplicit && calibration.perChannel,
        asymmetric: isExplicit && calibration.optimization.includes('asymmetric'),
        biasCorrection: biasCorrectionOf(calibration),
        reporter,
      })
  if (!isSearched) logJudged(reporter, choice, formsOf(choice))
  logForms(reporter, choice, isExplicit && calibration.perChannel)
  logRounding(reporter, choice, calibration.biasCorrection !== false)
  reporter.info(choice.biasCorrection ? 'Bias correction is enabled.' : 'Bias correction is not used.')
  const calibrated = cloneModel(insertCalibration(choice.model, choice.plan, choice.calibration))
  writeFacts(calibrated, { ...facts, stage: 'calibrated', afterOnly: [...choice.plan.afterOnly] })
  writeRanges(calibrated, choice.ranges, facts.cpuNodes)
  const { adjustments } = calibration
  if (!adjustments) return { calibrated, choice, unmet }
  reporter.info(`${adjustments.size} adjustment(s) of the YAML are applied to what calibration found.`)
  return { calibrated: adjustCalibrated(calibrated, adjustments), choice, unmet }
}

/** Forms that the manual's log names behind the method. */
function formsOf({ ranges, asymmetric }: Choice): string[] {
  return [...(ranges.size > 0 ? ['per_channel'] : []), ...(asymmetric ? ['asymmetric'] : [])]
}

function logJudged(
  reporter: Reporter,
  { judged, method }: Pick<Choice, 'judged' | 'method'>,
  forms: readonly string[],
): void {
  for (const { candidate, similarity } of judged) {
    reporter.info(`${candidate}: lowest output similarity ${similarity.toFixed(6)}`)
  }
  reporter.info(`Select ${[methodLabel(method), ...forms].join()} method.`)
}

/** What is finer than one symmetric scale per tensor; `isAsked`: the user wants ranges per channel. */
function logForms(reporter: Reporter, { model, plan, ranges, asymmetric }: Choice, isAsked: boolean): void {
  const quantizers = [...plan.quantizers.values()]
  if (isAsked || ranges.size > 0) {
    reporter.info('Perchannel quantization is enabled.')
    reporter.info(`${ranges.size} of ${quantizers.length} activations have a range per channel`)
  }
  if (!asymmetric) return
  const chosen = quantizers.filter(({ levels }) => isAsymmetric(levels))
  reporter.info('Asymmetric quantization is enabled.')
  reporter.info(`${chosen.length} of ${quantizers.length} activations are asymmetric`)
  if (plan.takesZeroPoints) return
  const centrable = centrableTensors(model.graph, plan)
  const padded = chosen.filter(({ tensor }) => centrable.get(tensor)!.needsPad).length
  if (padded > 0) reporter.info(`${padded} of them are padded by a Pad of their own, because their zero is not code 0`)
}

/** `movesBiases`: the biases of rounded layers keep the means of their outputs, which is no bias correction. */
function logRounding(reporter: Reporter, { search }: Choice, movesBiases: boolean): void {
  if (!search?.confirmation.isBetter) return
  const taken = search.decisions.filter(({ stage, accepted }) => accepted && stage === 'weight rounding')
  const layers = taken.reduce((sum, { tensors }) => sum + tensors.length, 0)
  if (layers === 0) return
  const biases = movesBiases ? '; their biases keep the means of their outputs' : ''
  reporter.info(`Weights of ${layers} layers are rounded by what they change at their outputs${biases}.`)
}

/** The documented stage, then the search. */
async function searchedChoice(
  optimized: Model,
  { march, inputs, cpuNodes }: ArtefactFacts,
  samples: SampleSource,
  { engine, calibration, reporter }: CalibrateOptions,
  int16: ReadonlySet<string>,
): Promise<Choice> {
  const planFor: SearchInput['planFor'] = (graph, levels, afterOnly) =>
    planGraph(graph, march, inputs, levels, cpuNodes, afterOnly).plan
  const requested = (tensor: string): Levels => (int16.has(tensor) ? 32767 : 127)
  const isScarce = samples.count < LEAST_SAMPLES
  if (isScarce) reporter.info('Steps of the search are accepted on the mirror images of the samples.')
  const available = isScarce ? withMirrored(samples, inputs) : samples
  const partition = isScarce ? partitionMirrored(available.count) : partitionSamples(samples.count)
  const plan = planFor(optimized.graph, requested)
  const statistics = await collectStatistics(
    engine,
    optimized,
    observedTensors(plan),
    available,
    partition.statistics,
    (done) => reporter.progress('Calibrating', done, partition.statistics.length),
    searchObserver(optimized.graph, plan),
  )
  const documented = await judgeMethods(
    {
      engine,
      model: optimized,
      planFor: (graph, levels) => planFor(graph, (tensor) => (int16.has(tensor) ? 32767 : levels(tensor))),
      samples: available,
      candidates: DEFAULT_CANDIDATES,
      reporter,
    },
    statistics,
    partition.acceptance.slice(0, JUDGED),
  )
  logJudged(reporter, documented, [])
  const result = await searchCalibration({
    engine,
    model: optimized,
    planFor,
    samples: available,
    partition,
    statistics,
    method: documented.method,
    budget: calibration.searchBudget,
    requested,
    allowsInt16: calibration.int16 === 'auto',
    takesInt16: (node) => takesInt16(march, node),
    biasCorrection: calibration.biasCorrection,
    kinds: knownKinds(optimized.graph, calibration.outputKinds),
    reporter,
  })
  return {
    ...result.state,
    method: result.method,
    ranges: result.ranges,
    biasCorrection: result.biasCorrected,
    asymmetric: [...result.state.plan.quantizers.values()].some(({ levels }) => isAsymmetric(levels)),
    judged: documented.judged,
    statistics: result.statistics,
    search: result.summary,
  }
}

function methodsOf(calibration: CalibrationConfig): readonly CalibrationMethod[] {
  switch (calibration.type) {
    case 'max':
      return calibration.maxPercentile < 1
        ? [{ name: 'max-percentile', percentile: calibration.maxPercentile }]
        : [{ name: 'max' }]
    case 'kl':
      return [{ name: 'kl' }]
    case 'mse':
      return [{ name: 'mse' }]
    case 'skip':
      return [{ name: 'max' }]
    default:
      return DEFAULT_CANDIDATES
  }
}

/** The user's word; undefined (try and keep what helps) only where the method is chosen for the user, too. */
function biasCorrectionOf(calibration: CalibrationConfig): boolean | undefined {
  if (calibration.biasCorrection !== undefined) return calibration.biasCorrection
  return calibration.type === 'default' || calibration.type === 'mix' ? undefined : false
}
