/** `openmapper evaluate`. */
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { loadCard } from '../../cards/load.ts'
import { datasetFolder } from '../../datasets/open.ts'
import { saveFileAtomic } from '../../files/save-file.ts'
import { evaluationTable, timesLine } from '../../report/evaluation-table.ts'
import { compareEvaluations, type EvaluationDifference } from '../../stages/compare-evaluations.ts'
import { evaluateModel, type EvaluationResult } from '../../stages/evaluate.ts'
import { flag, type Handler, type OptionValues, text, texts } from '../command.ts'
import { interruptible } from '../interrupt.ts'
import { modelsToCompare } from '../models-to-compare.ts'
import { wholeNumber } from '../number-option.ts'

export const run: Handler = async (_, options, { reporter, print }) => {
  const card = loadCard(text(options, 'card')!)
  const data = datasetFolder(card.dataset, text(options, 'data'))
  const limit = wholeNumber(options, 'limit', 1)
  const processes = processCount(options)
  const results: EvaluationResult[] = []
  await interruptible(async (signal) => {
    for (const model of modelsToCompare(texts(options, 'model'), flag(options, 'compare'))) {
      reporter.info(`evaluate ${basename(model)} on ${card.dataset}, ${processes} process${processes > 1 ? 'es' : ''}`)
      const journal = `${stem(model)}_eval.resume`
      results.push(await evaluateModel({ card, model, data, processes, limit, journal, reporter, signal }))
    }
  })
  for (const result of results) saveFileAtomic(logName(result.model), logLines(result))
  const [first, ...others] = results
  const differences = others.map((result) => compareEvaluations(first, result))
  if (flag(options, 'json')) {
    print(JSON.stringify(jsonOf(results, differences)))
    return
  }
  for (const line of evaluationTable(results, differences)) print(line)
  const logs = results.map(({ model }) => logName(model)).join(', ')
  print(`${first.n} pictures of ${card.dataset}; every answer stands in ${logs}`)
  for (const result of results) print(`${result.model}: ${timesLine(result)}`)
  const known = card.accuracy
  if (known) print(`The card's float figure: ${known.metric} ${known.float.toFixed(4)} (${known.subset})`)
}

/** One object: the result itself for one model, a list for several. */
function jsonOf(results: readonly EvaluationResult[], differences: readonly EvaluationDifference[]): object {
  const [{ dataset }] = results
  const objects = results.map(({ model, n, metrics, seconds, milliseconds, pictures }) => {
    return { model, n, skipped: pictures.length - n, metrics, seconds, milliseconds }
  })
  if (differences.length === 0) return { dataset, ...objects[0] }
  return {
    dataset,
    models: objects.map((object, index) => (index === 0 ? object : { ...object, ...differences[index - 1] })),
  }
}

/** `-p`, else the manual's `PARALLEL_PROCESS_NUM`, else one per core; never more than ten by default. */
function processCount(options: OptionValues): number {
  const fallback = Number(process.env['PARALLEL_PROCESS_NUM']) || Math.min(availableParallelism(), 10)
  return wholeNumber(options, 'processes', 0) || fallback
}

function stem(model: string): string {
  return basename(model).replace(/\.onnx(\.gz)?$/, '')
}

function logName(model: string): string {
  return `${stem(model)}_eval.log`
}

/** The manual's line per picture. */
function logLines({ pictures }: EvaluationResult): string {
  return pictures
    .map((picture) => {
      const text = 'answer' in picture ? picture.answer : `skipped: ${picture.skipped}`
      return `input_image_name: ${picture.id} ${text}\n`
    })
    .join('')
}
