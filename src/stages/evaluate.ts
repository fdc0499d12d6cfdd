/** Accuracy of a model over the data set of its card, on several processes. */
import { basename } from 'node:path'
import type { Card } from '../cards/card.ts'
import { openDataset } from '../datasets/open.ts'
import { TopK } from '../metrics/top-k.ts'
import { runShards } from '../pool/fork-pool.ts'
import { splitIndices, type Shard } from '../pool/shard.ts'
import type { Reporter } from '../reporter.ts'
import { requireModelFile } from './image-model.ts'
import type { EvaluateShardResult, Prediction } from './evaluate-task.ts'

export interface EvaluateOptions {
  card: Card
  /** Artefact of a build, or the source model of the card's YAML. */
  model: string
  /** Folder of the data set. */
  data: string
  processes: number
  /** Score the first pictures only. */
  limit?: number | undefined
  reporter: Reporter
  signal?: AbortSignal
}

export interface EvaluationResult {
  /** File name. */
  model: string
  dataset: string
  /** Number of pictures. */
  n: number
  /** Shares of the pictures, 0..1. */
  metrics: { top1: number; top5: number }
  seconds: number
  /** The best class of every picture, in the order of the data set. */
  predictions: Prediction[]
}

/** Largest number of pictures in one shard: little is lost when a worker dies, and messages cost nothing beside the work. */
const MAX_SHARD = 50
/** Shards between two lines of running accuracy. */
const LINE_EVERY = 10

/** Score the model. The result does not depend on `processes`: shards are the same for every number and merged in order. */
export async function evaluateModel(options: EvaluateOptions): Promise<EvaluationResult> {
  const { card, model, reporter, signal } = options
  const started = performance.now()
  requireModelFile(model)
  const dataset = openDataset(card.dataset, options.data, card.reader)
  const n = Math.min(dataset.count, options.limit ?? Infinity)
  const setup = { card: card.path, model, data: options.data }
  const shards = splitIndices(n, Math.min(MAX_SHARD, Math.ceil(n / 40))).map(({ start, end }): Shard => ({
    id: `pictures ${start}..${end - 1}`,
    kind: 'evaluate',
    setup,
    payload: { start, end },
    size: end - start,
  }))
  const running = runningAccuracy(shards, reporter)
  const results = await runShards<EvaluateShardResult>(shards, {
    processes: options.processes,
    onProgress: (done, total) => reporter.progress('evaluate', done, total),
    onResult: running,
    onRetry: (message) => reporter.warn(message),
    ...(signal && { signal }),
  })
  const metric = new TopK()
  for (const { counts } of results.values()) metric.merge(counts)
  const { top1, top5 } = metric.result()
  return {
    model: basename(model),
    dataset: card.dataset,
    n,
    metrics: { top1, top5 },
    seconds: Math.round(performance.now() - started) / 1000,
    predictions: [...results.values()].flatMap(({ predictions }) => predictions),
  }
}

/** Lines `Batch:10/400; accuracy(all):0.6000`, always over the first shards, so that they are the same in every run. */
function runningAccuracy(
  shards: readonly Shard[],
  reporter: Reporter,
): (id: string, result: EvaluateShardResult) => void {
  const early = new Map<string, EvaluateShardResult>()
  const metric = new TopK()
  let next = 0
  return (id, result) => {
    early.set(id, result)
    for (let shard = shards[next]; shard && early.has(shard.id); shard = shards[++next]) {
      metric.merge(early.get(shard.id)!.counts)
      if ((next + 1) % LINE_EVERY !== 0) continue
      reporter.info(`Batch:${next + 1}/${shards.length}; accuracy(all):${metric.result().top1.toFixed(4)}`)
    }
  }
}
