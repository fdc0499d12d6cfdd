/** What `evaluate` prints. */
import type { DatasetName } from '../cards/card.ts'
import type { EvaluationDifference } from '../stages/compare-evaluations.ts'
import type { EvaluationResult } from '../stages/evaluate.ts'
import { SCORINGS } from '../tasks/scoring/index.ts'
import { formatTable } from '../terminal/table.ts'
import { hasWidth, intervalDoubt } from './interval-doubt.ts'

/** Metrics that find room in a table; `--json` has all. */
const MAX_METRICS = 6

/** One row per model, and below it what the intervals cannot tell; differences are against the first (`differences[0]` belongs to the second model). */
export function evaluationTable(
  results: readonly EvaluationResult[],
  differences: readonly EvaluationDifference[],
): string[] {
  const { metrics } = SCORINGS[results[0].dataset as DatasetName]
  const shown = metrics.slice(0, MAX_METRICS)
  const columns = ['Model', ...shown.map(({ title }) => title), 'Seconds']
  const rows = results.map((result) => [
    result.model,
    ...shown.map(({ key }) => result.metrics[key]?.toFixed(4) ?? '--'),
    result.seconds.toFixed(1),
  ])
  if (differences.length === 0) return formatTable(columns, rows)
  const areCounted = differences[0].changed !== undefined
  const compared = ['--', '--', ...(areCounted ? ['--'] : [])]
  const table = formatTable(
    [...columns, `${metrics[0].title} difference`, '95 % interval', ...(areCounted ? ['Changed answers'] : [])],
    rows.map((cells, index) => [...cells, ...(index === 0 ? compared : differenceCells(differences[index - 1]))]),
  )
  const doubts = differences.flatMap((difference, index) => {
    const { model, n } = results[index + 1]
    const doubt = intervalDoubt(n, difference)
    return doubt === undefined ? [] : [differences.length > 1 ? `${model}: ${doubt}` : doubt]
  })
  return [...table, ...doubts]
}

function differenceCells({ interval, changed }: EvaluationDifference): string[] {
  return [
    interval ? `${points(interval.difference)} points` : '--',
    interval && hasWidth(interval) ? `${points(interval.low)} .. ${points(interval.high)}` : '--',
    ...(changed === undefined ? [] : [String(changed)]),
  ]
}

function points(share: number): string {
  return (100 * share).toFixed(2)
}

/** Where the time of one picture goes. */
export function timesLine({ milliseconds }: EvaluationResult): string {
  const { decode, transform, inference, decodeOutputs, score } = milliseconds
  const parts = Object.entries({ decode, transform, inference, 'decode outputs': decodeOutputs, score })
  return `ms per picture: ${parts.map(([name, value]) => `${name} ${value.toFixed(2)}`).join(', ')}`
}
