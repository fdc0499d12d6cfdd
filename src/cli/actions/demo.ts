/** `openmapper demo`: the scripts 00 to 05 of the CIFAR-10 sample in one process, with a summary. */
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import pc from 'picocolors'
import { loadCard } from '../../cards/load.ts'
import { resolveModelFiles } from '../../cards/resolve-model.ts'
import { fetchCifar10 } from '../../fetch/cifar10.ts'
import type { Reporter } from '../../reporter.ts'
import { onnxEngine } from '../../runtime/session.ts'
import { stoppableEngine } from '../../runtime/stoppable.ts'
import { predictionLines } from '../../report/prediction-lines.ts'
import { buildModel } from '../../stages/build.ts'
import { checkModel } from '../../stages/check.ts'
import { evaluateModel, type EvaluationResult } from '../../stages/evaluate.ts'
import { compareEvaluations } from '../../stages/compare-evaluations.ts'
import { inferPicture } from '../../stages/infer.ts'
import { loadConfigFile } from '../../stages/load-config-file.ts'
import { preprocessImages } from '../../stages/preprocess.ts'
import { formatTable } from '../../terminal/table.ts'
import { type CommandContext, flag, type Handler, type OptionValues } from '../command.ts'
import { interruptible } from '../interrupt.ts'
import { wholeNumber } from '../number-option.ts'

const SAMPLE = fileURLToPath(new URL('../../../zoo/03_classification/12_resnet20_cifar10', import.meta.url))
/** As many calibration pictures as the manual's samples use. */
const CALIBRATION_PICTURES = 100

export const run: Handler = (_, options, context) => interruptible((signal) => demo(options, context, signal))

async function demo(options: OptionValues, { reporter, print }: CommandContext, signal: AbortSignal): Promise<void> {
  const limit = wholeNumber(options, 'limit', 1)
  const processes = wholeNumber(options, 'processes', 1)!
  const card = loadCard(join(SAMPLE, 'model.yaml'))
  const config = loadConfigFile(card.config)
  const engine = stoppableEngine(onnxEngine(2), signal)
  // The stages' own lines go to the log file; progress and warnings stay visible.
  const inner: Reporter = { ...reporter, info: (line) => reporter.debug(line) }
  const step = stepper(reporter)
  reporter.info(`${card.title}: from the float model to a measured INT8 model`)

  const data = await step('fetch', () => fetchCifar10({ reporter: { ...inner, info: reporter.info }, signal }), shorten)
  await step(
    'check',
    () =>
      checkModel(resolveModelFiles(card), {
        march: config.model.march,
        inputShapes: new Map(),
        engine,
        reporter: inner,
      }),
    ({ rows, march }) =>
      `${rows.filter(({ on }) => on === 'BPU').length} of ${rows.length} operators on the accelerator (${march})`,
  )
  const [input] = config.inputs
  await step(
    'preprocess',
    () =>
      preprocessImages({
        card,
        source: data,
        target: input.calDataDir!,
        typeTrain: input.typeTrain,
        limit: CALIBRATION_PICTURES,
        reporter: inner,
        signal,
      }),
    ({ count, folder }) => `${count} calibration pictures in ${shorten(folder)}`,
  )
  signal.throwIfAborted()
  const built = await step(
    'build',
    () => buildModel(config, { engine, reporter: inner }),
    (result) => result.report.verdict.meaning,
  )
  await step(
    'infer',
    () => inferPicture({ card, model: built.files.quantized, picture: { sample: 0, data } }),
    ({ picture, prediction, names }) => `${picture}: ${predictionLines(prediction, names, 0)[0]}`,
  )
  const score = (model: string) =>
    evaluateModel({
      card,
      model,
      data,
      processes,
      part: limit === undefined ? undefined : { first: limit },
      reporter: inner,
      signal,
    })
  const accuracy = ({ metrics, n }: EvaluationResult): string => `top-1 ${metrics['top1']!.toFixed(4)} on ${n} pictures`
  const float = await step('evaluate float', () => score(built.files.original), accuracy)
  const int8 = await step('evaluate INT8', () => score(built.files.quantized), accuracy)

  const { changed } = compareEvaluations(float, int8)
  if (flag(options, 'json')) {
    const figures = ({ metrics, seconds }: EvaluationResult): object => ({ metrics, seconds })
    print(
      JSON.stringify({
        dataset: float.dataset,
        n: float.n,
        float: figures(float),
        int8: figures(int8),
        changed,
        steps: step.done,
      }),
    )
    return
  }
  for (const line of summary(float, int8, step.done)) print(line)
  print(`${changed} of ${float.n} answers changed. Models: ${shorten(dirname(built.files.quantized))}`)
  print('')
  print(`The same step by step: the scripts 00 to 05 in ${shorten(dirname(card.config))}`)
  print('Your own model:        openmapper init your_model.onnx    (commands stand in bin/; see README.md)')
}

interface DoneStep {
  name: string
  seconds: number
}

/** Runs steps, says what each one found and how long it took. */
function stepper(reporter: Reporter): {
  <T>(name: string, work: () => Promise<T>, tell: (result: T) => string): Promise<T>
  done: DoneStep[]
} {
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

/** Accuracy of both models and their difference in points; seconds per step and in all. */
function summary(float: EvaluationResult, int8: EvaluationResult, steps: readonly DoneStep[]): string[] {
  const rows = (['top1', 'top5'] as const).map((metric) => {
    const [a, b] = [float.metrics[metric]!, int8.metrics[metric]!]
    return [metric === 'top1' ? 'Top-1' : 'Top-5', a.toFixed(4), b.toFixed(4), `${(100 * (b - a)).toFixed(2)} points`]
  })
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0)
  return [
    '',
    ...formatTable(['Accuracy', 'Float', 'INT8', 'Difference'], rows),
    '',
    ...formatTable(
      ['Step', 'Seconds'],
      [...steps, { name: 'all', seconds: total }].map(({ name, seconds }) => [name, seconds.toFixed(1)]),
    ),
    '',
  ]
}

/** A path as seen from here, where that is shorter. */
function shorten(path: string): string {
  const here = relative('', path)
  return here.length < path.length ? here || '.' : path
}
