/**
 * How a data set is scored: every picture gives an outcome of its own, and a set of outcomes gives the metric values.
 *
 * Outcomes are plain data: they travel between processes, stand in the file that an interrupted evaluation resumes from, and
 * are drawn again and again for the interval of a difference.
 */
import type { Prediction } from '../prediction.ts'
import type { Truth } from '../truth.ts'

export interface Metric {
  /** Key in `--json` and in cards. */
  readonly key: string
  /** Column title. */
  readonly title: string
}

/** Shares 0..1 by metric key; null where nothing was to be scored. */
export type MetricValues = Record<string, number | null>

export interface Scoring {
  /** The first is the headline: compared, and shown while the evaluation runs. */
  readonly metrics: readonly [Metric, ...Metric[]]
  /** Word for the headline in the manual's running line. */
  readonly running: string
  /** Score one picture. Throws DataError where prediction and truth do not fit. */
  outcome(picture: number, prediction: Prediction, truth: Truth): unknown
  /** Metric values of pictures, each given once or (drawn with replacement) several times. */
  values(outcomes: readonly unknown[]): MetricValues
  /** The first of `values` alone, which may be had faster. */
  headline(outcomes: readonly unknown[]): number | null
  /** Does a picture get the same answer? Left out where an answer is not one thing. */
  isSameAnswer?(a: unknown, b: unknown): boolean
  /** How much worse the second outcome of a picture is than the first; below 0 where it is better. */
  damage(before: unknown, after: unknown): number
}

/** Declare a scoring; `Outcome` is what its own functions see. */
export function defineScoring<Outcome>(scoring: {
  metrics: readonly [Metric, ...Metric[]]
  running: string
  outcome(picture: number, prediction: Prediction, truth: Truth): Outcome
  values(outcomes: readonly Outcome[]): MetricValues
  headline?(outcomes: readonly Outcome[]): number | null
  isSameAnswer?(a: Outcome, b: Outcome): boolean
  /** Left out: the difference of the picture's own headline. */
  damage?(before: Outcome, after: Outcome): number
}): Scoring {
  const { values, metrics, headline = (outcomes) => values(outcomes)[metrics[0].key] } = scoring
  const { damage = (before, after) => (headline([before]) ?? 0) - (headline([after]) ?? 0) } = scoring
  return { ...scoring, headline, damage }
}

/** The prediction or truth of the kind a scoring needs; a bug of ours where a card's task and data set do not fit. */
export function ofKind<Kind extends string, Item extends { kind: string }>(
  item: Item,
  kind: Kind,
): Extract<Item, { kind: Kind }> {
  if (item.kind !== kind) throw new TypeError(`expected ${kind}, got ${item.kind}`)
  return item as Extract<Item, { kind: Kind }>
}
