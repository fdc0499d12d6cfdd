/** `openmapper evaluate`. */
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import type { Card } from '../../cards/card.ts'
import { loadCard } from '../../cards/load.ts'
import { classNames, datasetFolder } from '../../datasets/open.ts'
import { saveFileAtomic } from '../../files/save-file.ts'
import { changedAnswers } from '../../stages/changed-answers.ts'
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
  for (const line of tableOf(results)) print(line)
  const logs = results.map(({ model }) => logName(model)).join(', ')
  print(`${results[0].n} pictures of ${card.dataset}; every answer stands in ${logs}`)
  const known = card.accuracy
  if (known) print(`The card's float figure: ${known.metric} ${known.float.toFixed(4)} (${known.subset})`)
}

/** Accuracy and time; for several models also the difference to the first and how many best classes changed. */
function tableOf(results: readonly EvaluationResult[]): string[] {
  const [first, ...others] = results
  const rows = results.map((result) => {
    const { top1, top5 } = result.metrics
    const cells = [result.model, top1.toFixed(4), top5.toFixed(4), result.seconds.toFixed(1)]
    if (others.length === 0) return cells
    if (result === first) return [...cells, '--', '--']
    return [...cells, `${(100 * (top1 - first.metrics.top1)).toFixed(2)} points`, String(changedAnswers(result, first))]
  })
  const columns = ['Model', 'Top-1', 'Top-5', 'Seconds']
  return formatTable(others.length === 0 ? columns : [...columns, 'Top-1 difference', 'Changed answers'], rows)
}

/** One object: the result itself for one model, a list for several. */
function jsonOf(results: readonly EvaluationResult[]): object {
  const [first, ...others] = results
  const { dataset, n } = first
  if (others.length === 0) return { model: first.model, dataset, n, metrics: first.metrics, seconds: first.seconds }
  const models = results.map((result) => {
    const { model, metrics, seconds } = result
    return { model, metrics, seconds, changed: changedAnswers(result, first) }
  })
  return { dataset, n, models }
}

/** `-p`, else the manual's `PARALLEL_PROCESS_NUM`, else one per core; never more than ten by default. */
function processCount(options: OptionValues): number {
  const fallback = Number(process.env['PARALLEL_PROCESS_NUM']) || Math.min(availableParallelism(), 10)
  return wholeNumber(options, 'processes', 0) || fallback
}

function logName(model: string): string {
  return `${model.replace(/\.onnx(\.gz)?$/, '')}_eval.log`
}

/** The manual's line per picture. */
function logLines(card: Card, { predictions }: EvaluationResult): string {
  const names = classNames(card.dataset)
  return predictions
    .map(({ id, classId }) => `input_image_name: ${id} class_id: ${classId} class_name: ${names?.[classId] ?? ''}\n`)
    .join('')
}
