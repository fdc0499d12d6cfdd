/** `openmapper evaluate`. */
import { availableParallelism } from 'node:os'
import { basename, resolve } from 'node:path'
import type { Card } from '../../cards/card.ts'
import { loadCard } from '../../cards/load.ts'
import { resolveFile } from '../../cards/resolve-model.ts'
import { datasetFolder } from '../../datasets/locate.ts'
import { ArgumentError } from '../../errors.ts'
import { saveFileAtomic } from '../../files/save-file.ts'
import { bullmqEngine } from '../../pool/bullmq-engine.ts'
import type { ShardEngine } from '../../pool/shard-engine.ts'
import { evaluationTable, timesLine } from '../../report/evaluation-table.ts'
import type { Reporter } from '../../reporter.ts'
import { type AddedEvaluation, addEvaluation } from '../../stages/add-evaluation.ts'
import { artefactStage } from '../../stages/artefacts.ts'
import { compareEvaluations, type EvaluationDifference } from '../../stages/compare-evaluations.ts'
import { evaluateModel, type EvaluationResult } from '../../stages/evaluate.ts'
import type { PictureResult } from '../../stages/evaluate-task.ts'
import { requireModelFile } from '../../stages/image-model.ts'
import type { EvaluationPart } from '../../stages/evaluation-part.ts'
import { flag, type Handler, type OptionValues, text, texts } from '../command.ts'
import { GOES_ON, interruptible } from '../interrupt.ts'
import { modelsToCompare } from '../models-to-compare.ts'
import { wholeNumber } from '../number-option.ts'

export const run: Handler = async (_, options, { reporter, print }) => {
  const card = loadCard(text(options, 'card')!)
  const data = datasetFolder(card, text(options, 'data'))
  const part = partOf(options)
  const preprocessed = text(options, 'preprocessed')
  const results: EvaluationResult[] = []
  const models = modelsToCompare(texts(options, 'model'), flag(options, 'compare'))
  await interruptible(async (signal) => {
    for (const model of models) {
      const processes = processCount(options, model)
      const engine = engineFor(model, card, options, reporter)
      const where = engine ? 'workers elsewhere' : `${processes} process${processes > 1 ? 'es' : ''}`
      reporter.info(`evaluate ${basename(model)} on ${card.dataset}, ${where}`)
      const journal = `${stem(model)}_eval.resume`
      results.push(
        await evaluateModel({ card, model, data, processes, engine, part, preprocessed, journal, reporter, signal }),
      )
    }
  }, GOES_ON)
  for (const result of results) saveFileAtomic(logName(result.model), logLines(result))
  const [first, ...others] = results
  const differences = others.map((result) => compareEvaluations(first, result))
  const evaluated = models.map((model, index) => ({ model, result: results[index] }))
  const added = await addEvaluation({ card, data, part, evaluated })
  if (flag(options, 'json')) {
    print(JSON.stringify({ ...jsonOf(results, differences), ...added }))
    return
  }
  for (const line of evaluationTable(results, differences)) print(line)
  const logs = results.map(({ model }) => logName(model)).join(', ')
  const skipped = first.pictures.length - first.n
  const left = skipped > 0 ? `, ${skipped} more skipped` : ''
  print(`${first.n} pictures of ${card.dataset}${left}; every answer stands in ${logs}`)
  for (const result of results) print(`${result.model}: ${timesLine(result)}`)
  if (added) print(reportLine(added))
  const known = card.accuracy
  if (known) print(`The card's float figure: ${known.metric} ${known.float.toFixed(4)} (${known.subset})`)
}

function reportLine({ page, part, kept }: AddedEvaluation): string {
  if (kept !== undefined) return `The build's report keeps its evaluation of ${kept} pictures: ${page}`
  return `Added to the build's report${part === undefined ? '' : `, marked as ${part}`}: ${page}`
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

/** The manual's rule: `-p`; without it a quantized model gets `PARALLEL_PROCESS_NUM` or 10 processes, every other one 1. */
function processCount(options: OptionValues, model: string): number {
  const asked = wholeNumber(options, 'processes', 0)
  if (asked) return asked
  if (artefactStage(model) !== 'quantized') return 1
  const fallback = Number(process.env['PARALLEL_PROCESS_NUM'])
  // More than one per core are slower, and each holds the model in memory.
  return fallback > 0 ? fallback : Math.min(10, availableParallelism())
}

/** `--engine bullmq`; undefined for the processes of this machine. */
function engineFor(model: string, card: Card, options: OptionValues, reporter: Reporter): ShardEngine | undefined {
  const redis = text(options, 'redis')
  const isElsewhere = text(options, 'engine') === 'bullmq'
  if (isElsewhere !== (redis !== undefined)) {
    throw new ArgumentError('ARGUMENT_REDIS', '--engine bullmq and --redis go together', {
      where: isElsewhere ? '--redis' : '--engine',
      fix: 'give both: --engine bullmq --redis redis://127.0.0.1:6379',
    })
  }
  if (redis === undefined) return undefined
  if (text(options, 'processes') !== undefined) {
    throw new ArgumentError('ARGUMENT_PROCESSES', '-p is for processes of this machine', {
      where: '--processes',
      fix: 'leave it out here and give it to each worker: openmapper worker --redis ... -p N',
    })
  }
  requireModelFile(model)
  const extra = Object.entries(card.model.extraFiles).map(([role, file]) => resolveFile(card, file, `the ${role}`))
  const files = [resolve(model), card.path, card.config, ...extra]
  return bullmqEngine({ redis, files, say: reporter.info })
}

function partOf(options: OptionValues): EvaluationPart | undefined {
  const first = wholeNumber(options, 'limit', 1)
  if (!flag(options, 'short')) return first === undefined ? undefined : { first }
  if (first === undefined) return 'short'
  throw new ArgumentError('ARGUMENT_PART', '--short and --limit both choose the pictures', {
    where: '--short, --limit',
    fix: 'give one of them',
  })
}

function stem(model: string): string {
  return basename(model).replace(/\.onnx(\.gz)?$/, '')
}

function logName(model: string): string {
  return `${stem(model)}_eval.log`
}

/** The manual's line per picture, and what is wrong with one. */
function logLines({ pictures }: EvaluationResult): string {
  return pictures.map((picture) => `input_image_name: ${picture.id} ${logText(picture)}\n`).join('')
}

function logText(picture: PictureResult): string {
  if ('skipped' in picture) return `skipped: ${picture.skipped}`
  return picture.damage === undefined ? picture.answer : `${picture.answer} damaged: ${picture.damage}`
}
