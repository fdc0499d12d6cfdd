/** Two models scored on the same pictures: what changed, and how sure that is. */
import type { DatasetName } from '../cards/card.ts'
import { type DifferenceInterval, pairedBootstrap } from '../metrics/bootstrap.ts'
import { SCORINGS } from '../tasks/scoring/index.ts'
import type { EvaluationResult } from './evaluate.ts'

export interface EvaluationDifference {
  /** Second minus first of the headline metric, with its 95 % interval; undefined where one has no value. */
  interval: DifferenceInterval | undefined
  /** Pictures that get another answer; undefined where an answer is not one thing (boxes, masks). */
  changed: number | undefined
}

/** Compare two evaluations of the same data set over the pictures that both scored. */
export function compareEvaluations(first: EvaluationResult, second: EvaluationResult): EvaluationDifference {
  const scoring = SCORINGS[first.dataset as DatasetName]
  const pairs = first.pictures.flatMap((picture, index) => {
    const other = second.pictures[index]
    return 'outcome' in picture && 'outcome' in other ? [[picture.outcome, other.outcome] as const] : []
  })
  const interval = pairedBootstrap(
    pairs.map(([outcome]) => outcome),
    pairs.map(([, outcome]) => outcome),
    (outcomes) => scoring.headline(outcomes),
  )
  const { isSameAnswer } = scoring
  return { interval, changed: isSameAnswer && pairs.filter(([a, b]) => !isSameAnswer(a, b)).length }
}
