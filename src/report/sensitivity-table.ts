/** Sensitivities as tables: the manual's debugger's, and ours with what the task loses. */
import { compareErrors, type ErrorMetric } from '../calibrate/error-metrics.ts'
import type { TargetKind } from '../sensitivity/targets.ts'
import { figuresOf, type SensitivityRow } from '../stages/sensitivity.ts'
import { formatTable } from '../terminal/table.ts'

const GAP = 2

/** Worst first by the first metric; ties by the next ones. */
export function sortByMetrics(rows: readonly SensitivityRow[], metrics: readonly ErrorMetric[]): SensitivityRow[] {
  return rows.toSorted((a, b) => {
    const [own, other] = [figuresOf(a), figuresOf(b)]
    return metrics.map((metric) => compareErrors(metric, own[metric], other[metric])).find((order) => order !== 0) ?? 0
  })
}

/** `{node: {metric: 'figure'}}`, as the manual's function returns it. */
export function debuggerObject(
  rows: readonly SensitivityRow[],
  metrics: readonly ErrorMetric[],
): Record<string, Record<string, string>> {
  const entries = rows.map((row): [string, Record<string, string>] => {
    const figures = figuresOf(row)
    const shown = metrics.map((metric) => [metric, text(figures[metric])])
    if (row.threshold !== undefined) shown.push(['threshold', text(row.threshold)], ['bit', String(row.bits)])
    return [row.name, Object.fromEntries(shown) as Record<string, string>]
  })
  return Object.fromEntries(entries)
}

/** Banner, heading and rows with every digit, as the manual's command prints them. */
export function debuggerTable(
  kind: TargetKind | 'interested nodes',
  rows: readonly SensitivityRow[],
  metrics: readonly ErrorMetric[],
): string[] {
  const extras = rows.some(({ threshold }) => threshold !== undefined) ? ['threshold', 'bit'] : []
  const heading = ['Node', ...metrics, ...extras]
  const cells = Object.entries(debuggerObject(rows, metrics)).map(([name, figures]) => [
    name,
    ...[...metrics, ...extras].map((column) => figures[column] ?? '--'),
  ])
  const widths = heading.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i].length)) + GAP)
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join('')
      .trimEnd()
  const width = widths.reduce((sum, one) => sum + one, 0)
  const left = Math.max(0, Math.floor((width - kind.length) / 2))
  return [
    '='.repeat(left) + kind + '='.repeat(Math.max(0, width - left - kind.length)),
    line(heading),
    '-'.repeat(width),
    ...cells.map(line),
  ]
}

function text(figure: number): string {
  return figure === Infinity ? 'inf' : String(figure)
}

/** What each target costs alone, worst first. */
export function sensitivityTable(rows: readonly SensitivityRow[]): string[] {
  return formatTable(
    ['Quantized alone', 'Task error', 'Cosine Similarity', 'SQNR (dB)', 'Threshold', 'Bits', 'Samples'],
    rows.map((row) => [
      row.name,
      row.error.toPrecision(4),
      row['cosine-similarity'].toFixed(6),
      row.sqnr === null ? 'inf' : row.sqnr.toFixed(2),
      row.threshold === undefined ? '--' : String(Number(row.threshold.toPrecision(6))),
      row.bits === undefined ? '--' : String(row.bits),
      String(row.samples),
    ]),
  )
}
