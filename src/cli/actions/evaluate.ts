/** `openmapper evaluate`. */
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import type { Card } from '../../cards/card.ts'
import { loadCard } from '../../cards/load.ts'
import { classNames, datasetFolder } from '../../datasets/open.ts'
import { saveFileAtomic } from '../../files/save-file.ts'
import { evaluateModel, type EvaluationResult } from '../../stages/evaluate.ts'
import { formatTable } from '../../terminal/table.ts'
import { flag, type Handler, type OptionValues, text, texts } from '../command.ts'
import { interruptible } from '../interrupt.ts'
import { wholeNumber } from '../number-option.ts'

export const run: Handler = async (_, options, { reporter, print }) => {
  const card = loadCard(text(options, 'card')!)
  const data = datasetFolder(card.dataset, text(options, 'data'))
  const limit = wholeNumber(options, 'limit', 1)
  const processes = processCount(options)
  const results: EvaluationResult[] = []
  await interruptible(async (signal) => {
    for (const model of texts(options, 'model')) {
      reporter.info(`evaluate ${basename(model)} on ${card.dataset}, ${processes} process${processes > 1 ? 'es' : ''}`)
      results.push(await evaluateModel({ card, model, data, processes, limit, reporter, signal }))
    }
  })
  for (const result of results) saveFileAtomic(logName(result.model), logLines(card, result))
  if (flag(options, 'json')) {
    print(JSON.stringify(jsonOf(results)))
    return
  }
  for (const line of formatTable(
    COLUMNS,
    results.map((result) => row(result, results[0])),
  ))
    print(line)
  print(
    `${results[0].n} pictures of ${card.dataset}; every answer stands in ${results.map(({ model }) => logName(model)).join(', ')}`,
  )
  if (card.accuracy)
    print(
      `The card's float figure: ${card.accuracy.metric} ${card.accuracy.float.toFixed(4)} (${card.accuracy.subset})`,
    )
}

const COLUMNS = ['Model', 'Top-1', 'Top-5', 'Difference', 'Changed', 'Seconds']

/** One model against the first: accuracy, difference in points, number of pictures whose best class changed. */
function row(result: EvaluationResult, first: EvaluationResult): string[] {
  const { top1, top5 } = result.metrics
  const points = 100 * (top1 - first.metrics.top1)
  const against =
    result === first
      ? ['--', '--']
      : [`${points > 0 ? '+' : ''}${points.toFixed(2)}`, String(changedAnswers(result, first))]
  return [result.model, top1.toFixed(4), top5.toFixed(4), ...against, result.seconds.toFixed(1)]
}

/** One object: the result itself for one model, a list for several. */
function jsonOf(results: readonly EvaluationResult[]): object {
  const [first] = results
  const entries = results.map(({ predictions: _, ...result }) => result)
  if (entries.length === 1) return entries[0]
  const models = entries.map(({ model, metrics, seconds }, i) => ({
    model,
    metrics,
    seconds,
    changed: changedAnswers(results[i], first),
  }))
  return { dataset: first.dataset, n: first.n, models }
}

/** Pictures to which the two models give a different best class. */
export function changedAnswers(a: EvaluationResult, b: EvaluationResult): number {
  return a.predictions.filter(({ classId }, i) => classId !== b.predictions[i].classId).length
}

/** `-p`, else the manual's `PARALLEL_PROCESS_NUM`, else one per core; never more than ten by default. */
function processCount(options: OptionValues): number {
  const fallback = Number(process.env['PARALLEL_PROCESS_NUM']) || Math.min(availableParallelism(), 10)
  return wholeNumber(options, 'processes', 0) || fallback
}

function logName(model: string): string {
  return `${model.replace(/\.onnx$/, '')}_eval.log`
}

/** The manual's line per picture. */
function logLines(card: Card, { predictions }: EvaluationResult): string {
  const names = classNames(card.dataset)
  return predictions
    .map(({ id, classId }) => `input_image_name: ${id} class_id: ${classId} class_name: ${names?.[classId] ?? ''}\n`)
    .join('')
}
