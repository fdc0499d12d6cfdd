/** The scripts 01 to 05 of a sample in one process: check, preprocess, build, infer, evaluate float and INT8. */
import { relative } from 'node:path'
import pc from 'picocolors'
import type { Card } from '../cards/card.ts'
import { resolveModelFiles } from '../cards/resolve-model.ts'
import { evaluationTable } from '../report/evaluation-table.ts'
import { predictionLines } from '../report/prediction-lines.ts'
import type { Reporter } from '../reporter.ts'
import { onnxEngine } from '../runtime/engine.ts'
import { stoppableEngine } from '../runtime/stoppable.ts'
import { buildModel } from '../stages/build.ts'
import { checkModel } from '../stages/check.ts'
import { compareEvaluations, type EvaluationDifference } from '../stages/compare-evaluations.ts'
import { evaluateModel, type EvaluationResult } from '../stages/evaluate.ts'
import { inferPicture } from '../stages/infer.ts'
import { loadConfigFile } from '../stages/load-config-file.ts'
import { preprocessImages } from '../stages/preprocess.ts'
import { SCORINGS } from '../tasks/scoring/index.ts'
import { formatTable } from '../terminal/table.ts'

export interface JourneyOptions {
  card: Card
  /** Folder of the labelled pictures. */
  data: string
  /** Folder of the calibration pictures. */
  calibration: string
  processes: number
  /** Score the first pictures only. */
  limit: number | undefined
  steps: Stepper
  reporter: Reporter
  signal: AbortSignal
}

export interface Journey {
  float: EvaluationResult
  int8: EvaluationResult
  difference: EvaluationDifference
  /** The quantized model. */
  model: string
}

/** As many calibration pictures as the manual's samples use. */
const CALIBRATION_PICTURES = 100

/** Go the whole way with the card's own YAML; the files land where the scripts put them. */
export async function runJourney(options: JourneyOptions): Promise<Journey> {
  const { card, data, steps: step, reporter, signal } = options
  const config = loadConfigFile(card.config)
  const engine = stoppableEngine(onnxEngine(2), signal)
  const { march } = config.model
  await step(
    'check',
    () => checkModel(resolveModelFiles(card), { march, inputShapes: new Map(), engine, reporter }),
    ({ rows }) =>
      `${rows.filter(({ on }) => on === 'BPU').length} of ${rows.length} operators on the accelerator (${march})`,
  )
  const [input] = config.inputs
  await step(
    'preprocess',
    () =>
      preprocessImages({
        card,
        source: options.calibration,
        target: input.calDataDir!,
        typeTrain: input.typeTrain,
        inputShape: input.shape,
        limit: CALIBRATION_PICTURES,
        reporter,
        signal,
      }),
    ({ count, folder }) => `${count} calibration pictures in ${shortPath(folder)}`,
  )
  signal.throwIfAborted()
  const built = await step(
    'build',
    () => buildModel(config, { engine, reporter }),
    (result) => result.report.verdict.meaning,
  )
  const { original, quantized: model } = built.files
  await step(
    'infer',
    () => inferPicture({ card, model, picture: { sample: 0, data } }),
    ({ picture, prediction, names }) => `${picture}: ${predictionLines(prediction, names, 0.3)[0] ?? 'nothing found'}`,
  )
  const part = options.limit === undefined ? undefined : { first: options.limit }
  const score = (path: string): Promise<EvaluationResult> =>
    evaluateModel({ card, model: path, data, processes: options.processes, part, reporter, signal })
  const float = await step('evaluate float', () => score(original), headline)
  const int8 = await step('evaluate INT8', () => score(model), headline)
  return { float, int8, difference: compareEvaluations(float, int8), model }
}

function headline({ dataset, metrics, n }: EvaluationResult): string {
  const [{ key, title }] = SCORINGS[dataset as keyof typeof SCORINGS].metrics
  return `${title.toLowerCase()} ${metrics[key]?.toFixed(4) ?? '--'} on ${n} pictures`
}

interface DoneStep {
  name: string
  seconds: number
}

export interface Stepper {
  <T>(name: string, work: () => Promise<T>, tell: (result: T) => string): Promise<T>
  done: DoneStep[]
}

/** Runs steps, says what each one found and how long it took. */
export function stepper(reporter: Reporter): Stepper {
  const done: DoneStep[] = []
  const step = async <T>(name: string, work: () => Promise<T>, tell: (result: T) => string): Promise<T> => {
    const started = performance.now()
    const result = await work()
    done.push({ name, seconds: Math.round((performance.now() - started) / 100) / 10 })
    reporter.info(`${pc.bold(name)}: ${tell(result)}`)
    return result
  }
  return Object.assign(step, { done })
}

/** Accuracy of both models with the interval of their difference, and the seconds of each step. */
export function journeySummary({ float, int8, difference }: Journey, steps: readonly DoneStep[]): string[] {
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0)
  const { changed } = difference
  return [
    '',
    ...evaluationTable([float, int8], [difference]),
    '',
    ...formatTable(
      ['Step', 'Seconds'],
      [...steps, { name: 'all', seconds: total }].map(({ name, seconds }) => [name, seconds.toFixed(1)]),
    ),
    '',
    ...(changed === undefined ? [] : [`${changed} of ${float.n} answers changed.`]),
  ]
}

/** What `--json` prints. */
export function journeyJson({ float, int8, difference }: Journey, steps: readonly DoneStep[]): object {
  const figures = ({ metrics, seconds }: EvaluationResult): object => ({ metrics, seconds })
  const { interval, changed } = difference
  return {
    dataset: float.dataset,
    n: float.n,
    float: figures(float),
    int8: figures(int8),
    difference: interval,
    changed,
    steps,
  }
}

/** A path as seen from here, where that is shorter. */
export function shortPath(path: string): string {
  const here = relative('', path)
  return here.length < path.length ? here || '.' : path
}
