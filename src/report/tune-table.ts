/** What `tune` prints. */
import type { TrialRow } from '../tune/checkpoint.ts'
import type { TuneResult } from '../tune/tune.ts'
import { formatTable } from '../terminal/table.ts'

/** One row per evaluation. */
export function trialTable(trials: readonly TrialRow[], metric: string): string[] {
  const share = (value: number | null): string => (value === null ? '--' : (100 * value).toFixed(2))
  const kept = (accepted: boolean | undefined): string => (accepted === undefined ? '--' : accepted ? 'yes' : 'no')
  const work = (value: number | undefined): string => (value === undefined ? '--' : `${(100 * value).toFixed(1)} %`)
  return formatTable(
    [
      `Trial (${metric} on its pictures, %)`,
      'Pictures',
      'Float',
      'Before',
      'After',
      'Kept',
      'Work in int16',
      'On CPU',
      'Seconds',
    ],
    trials.map(({ what, pictures, float, before, after, accepted, cost, seconds }) => [
      what,
      String(pictures),
      share(float),
      share(before),
      share(after),
      kept(accepted),
      work(cost?.int16),
      work(cost?.cpu),
      seconds.toFixed(1),
    ]),
  )
}

/** The outcome in sentences. */
export function tuneLines(result: TuneResult): string[] {
  const { isMet, target, metric, pictures, float, before, after, difference, changes, int16, remains, yaml, model } =
    result
  const percent = (value: number): string => (100 * value).toFixed(2)
  const lines = [
    `${metric} on ${pictures} pictures: float ${percent(float)} %, INT8 ${percent(before)} % as built, ${percent(after)} % now`,
  ]
  if (difference) {
    const { low, high } = difference
    lines.push(
      `INT8 minus float: ${percent(difference.difference)} points (95 % interval ${percent(low)} .. ${percent(high)})`,
    )
  }
  lines.push(
    isMet
      ? `The target is met: a drop of ${percent(float - after)} points, ${percent(target)} are allowed.`
      : `The target is missed: the drop is ${percent(float - after)} points, ${percent(target)} are allowed. This is the best that was found.`,
  )
  lines.push(...remains.map((line) => `What remains: ${line}.`))
  if (changes.length > 0) {
    const onCpu = changes.filter(([, change]) => change === 'CPU').length
    lines.push(
      `${changes.length} change(s); int16 on ${int16.count} of ${int16.total} activation quantizers, ${onCpu} node(s) on the CPU.`,
    )
  }
  lines.push(yaml === undefined ? `The build as it is: ${model}` : `Model: ${model}`)
  if (yaml !== undefined) lines.push(`The YAML that makes it: ${yaml} (openmapper build -c ${yaml})`)
  return lines
}
