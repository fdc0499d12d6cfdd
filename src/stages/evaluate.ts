/** Accuracy of a model over the data set of its card, on several processes. */
import { basename, resolve } from 'node:path'
import type { Card } from '../cards/card.ts'
import { verifyCardFiles } from '../cards/verify-files.ts'
import { openDataset } from '../datasets/open.ts'
import { DataError } from '../errors.ts'
import { forkPool } from '../pool/fork-pool.ts'
import type { ShardEngine } from '../pool/shard-engine.ts'
import { splitTapered, type Shard } from '../pool/shard.ts'
import type { Reporter } from '../reporter.ts'
import { SCORINGS } from '../tasks/scoring/index.ts'
import type { MetricValues, Scoring } from '../tasks/scoring/scoring.ts'
import {
  addTimes,
  type EvaluatePayload,
  type EvaluateSetup,
  NO_TIMES,
  type EvaluateShardResult,
  type EvaluationTimes,
  type PictureResult,
} from './evaluate-task.ts'
import { openJournal } from './evaluation-journal.ts'
import { choosePictures, type EvaluationPart } from './evaluation-part.ts'
import { requireModelFile } from './image-model.ts'

export interface EvaluateOptions {
  card: Card
  /** Artefact of a build, or the source model of the card's YAML. */
  model: string
  /** Folder of the data set. */
  data: string
  processes: number
  /** Does the shards instead of `processes` on this machine. */
  engine?: ShardEngine | undefined
  /** Score some of the pictures only: so many of the first ones, or those of the short list. */
  part?: EvaluationPart | undefined
  /** Folder of files of hb_eval_preprocess, read in place of the pictures. */
  preprocessed?: string | undefined
  /** File that lets an interrupted evaluation go on where it was; removed at the end. */
  journal?: string
  reporter: Reporter
  signal?: AbortSignal
}

export interface EvaluationResult {
  /** File name. */
  model: string
  dataset: string
  /** Number of pictures scored. */
  n: number
  /** Shares 0..1 by metric key (`src/tasks/scoring`). */
  metrics: MetricValues
  seconds: number
  /** Every picture, in the order of the data set. */
  pictures: PictureResult[]
  /** Mean milliseconds per scored picture. */
  milliseconds: EvaluationTimes
}

/** Largest number of pictures in one shard: little is lost when a worker dies, and messages cost nothing beside the work. */
const MAX_SHARD = 50
/** Bad pictures that a warning names. */
const MAX_NAMED = 10
/** Shards between two lines of running accuracy. */
const LINE_EVERY = 10

/**
 * Score the model. The result does not depend on `processes`: shards are the same for every number and merged in order.
 *
 * Pictures whose file or labels cannot be read are left out, named in a warning; so are damaged ones, which are scored as far as they
 * can be read. Throws DataError where none is left, and before anything is read where a file of the card is not the one its md5 means.
 */
export async function evaluateModel(options: EvaluateOptions): Promise<EvaluationResult> {
  const { card, model, data, reporter, signal } = options
  const started = performance.now()
  requireModelFile(model)
  await verifyCardFiles(card, model, reporter)
  const dataset = openDataset(card.dataset, data, card.reader)
  if (dataset.note !== undefined) reporter.warn(dataset.note)
  const indices = choosePictures(dataset, data, options.part)
  const n = indices.length
  // A worker elsewhere has another working folder.
  const { preprocessed } = options
  const setup: EvaluateSetup = {
    card: card.path,
    model: resolve(model),
    data: resolve(data),
    ...(preprocessed !== undefined && { preprocessed: resolve(preprocessed) }),
  }
  const shards = splitTapered(n, Math.min(MAX_SHARD, Math.ceil(n / 40))).map(({ start, end }): Shard => ({
    id: `pictures ${start}..${end - 1}`,
    kind: 'evaluate',
    setup,
    payload: indices.slice(start, end) satisfies EvaluatePayload,
    size: end - start,
  }))
  const journal =
    options.journal === undefined
      ? undefined
      : openJournal<EvaluateShardResult>(
          options.journal,
          [model, card.path, card.config, preprocessed ?? data],
          indices,
        )
  const results = new Map(journal?.done)
  const before = results.size && shards.reduce((sum, { id, size }) => sum + (results.has(id) ? size : 0), 0)
  if (before > 0) reporter.info(`going on where the last run was interrupted: ${before} of ${n} pictures are done`)
  const scoring = SCORINGS[card.dataset]
  const running = runningAccuracy(shards, scoring, reporter)
  for (const [id, result] of results) running(id, result)
  const { engine = forkPool(options.processes) } = options
  await engine<EvaluateShardResult>(
    shards.filter(({ id }) => !results.has(id)),
    {
      onProgress: (done) => reporter.progress('evaluate', before + done, n),
      onResult(id, result) {
        results.set(id, result)
        journal?.append(id, result)
        running(id, result)
      },
      onRetry: (message) => reporter.warn(message),
      ...(signal && { signal }),
    },
  )
  journal?.remove()
  const inOrder = shards.map(({ id }) => results.get(id)!)
  const pictures = inOrder.flatMap((result) => result.pictures)
  warnOfSkipped(pictures, data, reporter)
  warnOfDamaged(pictures, reporter)
  const outcomes = outcomesOf(pictures)
  const times = inOrder.reduce((sum, { milliseconds }) => addTimes(sum, milliseconds), NO_TIMES)
  return {
    model: basename(model),
    dataset: card.dataset,
    n: outcomes.length,
    metrics: scoring.values(outcomes),
    seconds: Math.round(performance.now() - started) / 1000,
    pictures,
    milliseconds: perPicture(times, outcomes.length),
  }
}

/** What was scored, in the order of the data set. */
export function outcomesOf(pictures: readonly PictureResult[]): unknown[] {
  return pictures.flatMap((picture) => ('outcome' in picture ? [picture.outcome] : []))
}

/** Lines `Batch:10/400; accuracy(all):0.6000`, always over the first shards, so that they are the same in every run. */
function runningAccuracy(
  shards: readonly Shard[],
  scoring: Scoring,
  reporter: Reporter,
): (id: string, result: EvaluateShardResult) => void {
  const early = new Map<string, EvaluateShardResult>()
  const outcomes: unknown[] = []
  let next = 0
  return (id, result) => {
    early.set(id, result)
    for (let shard = shards[next]; shard && early.has(shard.id); shard = shards[++next]) {
      for (const outcome of outcomesOf(early.get(shard.id)!.pictures)) outcomes.push(outcome)
      if ((next + 1) % LINE_EVERY !== 0) continue
      const value = scoring.headline(outcomes)?.toFixed(4) ?? '--'
      reporter.info(`Batch:${next + 1}/${shards.length}; ${scoring.running}(all):${value}`)
    }
  }
}

function warnOfSkipped(pictures: readonly PictureResult[], data: string, reporter: Reporter): void {
  const skipped = pictures.flatMap((picture) =>
    'skipped' in picture ? [{ id: picture.id, problem: picture.skipped }] : [],
  )
  if (skipped.length === 0) return
  if (skipped.length === pictures.length) {
    throw new DataError('DATA_NOTHING_SCORED', `none of ${pictures.length} pictures could be scored`, {
      stage: 'evaluate',
      where: data,
      detail: namedPictures(skipped).join('\n'),
      fix: 'check the folder of the data set (--data)',
    })
  }
  reporter.warn(`${skipped.length} of ${pictures.length} pictures were skipped:${indented(namedPictures(skipped))}`)
}

function warnOfDamaged(pictures: readonly PictureResult[], reporter: Reporter): void {
  const damaged = pictures.flatMap((picture) =>
    'outcome' in picture && picture.damage !== undefined ? [{ id: picture.id, problem: picture.damage }] : [],
  )
  if (damaged.length === 0) return
  const count = `${damaged.length} of ${pictures.length} pictures`
  const lines = indented(namedPictures(damaged))
  reporter.warn(`${count} have a damaged file and were scored as far as it can be read:${lines}`)
}

/** One line for each of the first, and how many there are beside. */
function namedPictures(pictures: readonly { id: string; problem: string }[]): string[] {
  const lines = pictures.slice(0, MAX_NAMED).map(({ id, problem }) => `${id}: ${problem}`)
  const others = pictures.length - lines.length
  return others > 0 ? [...lines, `and ${others} more`] : lines
}

/** Lines below the first of a message. */
function indented(lines: readonly string[]): string {
  return lines.map((line) => `\n  ${line}`).join('')
}

function perPicture(times: EvaluationTimes, pictures: number): EvaluationTimes {
  const mean = (value: number): number => Math.round((1000 * value) / pictures) / 1000
  return {
    decode: mean(times.decode),
    transform: mean(times.transform),
    inference: mean(times.inference),
    decodeOutputs: mean(times.decodeOutputs),
    score: mean(times.score),
  }
}
