/** Float and INT8 over all pictures of a card, on two processes, in one pass. */
import type { Card } from '../../src/cards/card.ts'
import { type DifferenceInterval, pairedBootstrap } from '../../src/metrics/bootstrap.ts'
import { runShards } from '../../src/pool/fork-pool.ts'
import { type Shard, splitIndices } from '../../src/pool/shard.ts'
import { SCORINGS } from '../../src/tasks/scoring/index.ts'
import type { Scoring } from '../../src/tasks/scoring/scoring.ts'
import { type AgreementFigures, agreementFigures } from './agreement.ts'
import type { ModelPair } from './continuous.ts'
import { openPictures, type PairPayload, type PairResult, type PairSetup } from './pair-task.ts'
import type { PictureFolders } from './pictures.ts'

const PROCESSES = 2

export interface PairFigures {
  /** Title of the metric: the one of the card's accuracy, else the data set's first. */
  metric: string
  /** Shares 0..1. */
  float: number
  int8: number
  interval: DifferenceInterval | undefined
  /** Labelled pictures with another answer; null where an answer is not one thing. */
  changed: number | null
  /** Labelled pictures. */
  labelled: number
  agreement: AgreementFigures
}

export async function comparePair(card: Card, pair: ModelPair, folders: PictureFolders): Promise<PairFigures> {
  const setup: PairSetup = {
    ...pair,
    card: card.path,
    data: folders.evaluation,
    unlabelled: folders.unlabelled,
  }
  const { count } = openPictures(card, setup)
  const indices = Array.from({ length: count }, (_, index) => index)
  const shards = splitIndices(count, Math.min(50, Math.ceil(count / 10))).map(({ start, end }): Shard => ({
    id: `pictures ${start}..${end - 1}`,
    kind: 'pair',
    setup,
    payload: indices.slice(start, end) satisfies PairPayload,
    size: end - start,
  }))
  const done = await runShards<PairResult[]>(shards, {
    processes: PROCESSES,
    entry: new URL('./worker.ts', import.meta.url),
  })
  const results = [...done.values()].flat()
  const outcomes = results.flatMap((result) => result.outcomes ?? [])
  const [float, int8] = [outcomes.map((pair) => pair.float), outcomes.map((pair) => pair.int8)]
  const scoring: Scoring = SCORINGS[card.dataset]
  const { title, value } = metricOf(card, scoring)
  const { isSameAnswer } = scoring
  return {
    metric: title,
    float: value(float) ?? NaN,
    int8: value(int8) ?? NaN,
    interval: pairedBootstrap(float, int8, value),
    changed: isSameAnswer ? outcomes.filter((pair) => !isSameAnswer(pair.float, pair.int8)).length : null,
    labelled: outcomes.length,
    agreement: agreementFigures(
      results.map((result) => result.agreement),
      results.map((result) => result.sums),
    ),
  }
}

function metricOf(
  card: Card,
  scoring: Scoring,
): { title: string; value: (outcomes: readonly unknown[]) => number | null } {
  const [first] = scoring.metrics
  const { key, title } = scoring.metrics.find((metric) => metric.key === card.accuracy?.metric) ?? first
  return { title, value: key === first.key ? scoring.headline : (outcomes) => scoring.values(outcomes)[key] }
}
