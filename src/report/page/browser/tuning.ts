/** What tuning tried to reach its target, what each trial gained and cost, and what was kept. */
import type { TrialRow } from '../../../tune/checkpoint.ts'
import type { ReportedTuning } from '../../../tune/tune.ts'
import { code, element, section } from './dom.ts'
import { fixed, percent, points } from './format.ts'
import { table } from './table.ts'

export function tuningSection(tuning: ReportedTuning): HTMLElement {
  const { isMet, target, metric, pictures, float, before, after, remains, yaml, trials, int16, changes } = tuning
  const onCpu = changes.filter(([, change]) => change === 'CPU').length
  const outcome =
    `The target is ${isMet ? 'met' : 'missed'}: ${metric} on ${pictures} pictures falls from ${inPercent(float)} in float to ` +
    `${inPercent(after)}, and ${points(target).replace('+', '')} points are allowed; as built it was ${inPercent(before)}.`
  const cost =
    changes.length === 0
      ? 'Nothing was changed.'
      : `${changes.length} change(s): int16 on ${int16.count} of ${int16.total} activation quantizers, ${onCpu} node(s) on the CPU.`
  return section(
    'tuning',
    'Tuning',
    'Trials in their order, each on its own pictures, metric in percent: float, the state before, the state tried. int16 and CPU: shares of the ' +
      "network's work that all changes of the state take there.",
    [
      element('p', {}, [`${outcome} ${cost}`]),
      ...remains.map((line) => element('p', {}, [`What remains: ${line}.`])),
      ...(yaml === undefined ? [] : [element('p', {}, ['The YAML that makes this build: ', code(yaml)])]),
      trialTable(trials),
    ],
  )
}

function trialTable(trials: readonly TrialRow[]): HTMLElement {
  const metric = (title: string, pick: (row: TrialRow) => number | null) => ({
    title,
    value: pick,
    cell: (row: TrialRow) => inPercent(pick(row)),
    isNumber: true,
  })
  const drop = (row: TrialRow, figure: number | null): number | null =>
    row.float === null || figure === null ? null : row.float - figure
  return table<TrialRow>({
    rows: trials,
    limit: 40,
    views: [
      { title: 'All', shows: () => true },
      { title: 'Kept', shows: ({ accepted }) => accepted === true },
    ],
    columns: [
      { title: 'Trial', value: ({ what }) => what },
      { title: 'Kept', value: ({ accepted }) => (accepted === undefined ? '–' : accepted ? 'kept' : 'no') },
      metric('Drop before', (row) => drop(row, row.before)),
      metric('Drop after', (row) => drop(row, row.after)),
      { title: 'int16', value: ({ cost }) => cost?.int16, cell: ({ cost }) => shareOf(cost?.int16), isNumber: true },
      { title: 'CPU', value: ({ cost }) => cost?.cpu, cell: ({ cost }) => shareOf(cost?.cpu), isNumber: true },
      { title: 'Pictures', value: ({ pictures }) => pictures, isNumber: true },
      metric('Float', ({ float }) => float),
      metric('Before', ({ before }) => before),
      metric('After', ({ after }) => after),
      { title: 'Seconds', value: ({ seconds }) => seconds, cell: ({ seconds }) => fixed(seconds, 1), isNumber: true },
    ],
  }).root
}

const inPercent = (share: number | null): string => fixed(share === null ? null : 100 * share, 2)
const shareOf = (share: number | undefined): string => (share === undefined ? '–' : percent(share))
