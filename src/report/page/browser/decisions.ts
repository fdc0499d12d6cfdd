/** What was tried while thresholds were chosen, and what each try was worth. */
import type { BuildReport } from '../../../stages/build-report.ts'
import { element, section } from './dom.ts'
import { table } from './table.ts'

export function decisionsSection(calibration: NonNullable<BuildReport['calibration']>): HTMLElement {
  const best = Math.max(...calibration.judged.map(({ similarity }) => similarity))
  const rows = calibration.judged.map((entry, index) => ({
    ...entry,
    index: index + 1,
    isKept: entry.similarity === best,
  }))
  const { root } = table<(typeof rows)[number]>({
    rows,
    columns: [
      { title: 'Step', value: ({ index }) => index, isNumber: true },
      { title: 'Candidate', value: ({ candidate }) => candidate },
      {
        title: 'Output similarity',
        value: ({ similarity }) => similarity,
        cell: ({ similarity }) => similarity.toFixed(6),
        isNumber: true,
      },
      {
        title: 'Kept',
        value: ({ isKept }) => (isKept ? 'kept' : ''),
        cell: ({ isKept }) => element('span', {}, [isKept ? 'kept' : '']),
      },
    ],
  })
  const { search } = calibration
  return section(
    'decisions',
    'Decisions',
    'Every candidate of calibration_type default, judged on samples it was not made from.',
    [root, ...(search ? [searchTable(search.decisions)] : [])],
  )
}

type Decision = NonNullable<NonNullable<BuildReport['calibration']>['search']>['decisions'][number]

/** What the search tried after that, with the error of the task before and after. */
function searchTable(decisions: readonly Decision[]): HTMLElement {
  return table<Decision>({
    rows: decisions,
    limit: 40,
    views: [
      { title: 'All', shows: () => true },
      { title: 'Accepted', shows: ({ accepted }) => accepted },
    ],
    columns: [
      { title: 'Stage', value: ({ stage }) => stage },
      { title: 'Tensors', value: ({ tensors }) => tensors.join(', ') },
      { title: 'Change', value: ({ change }) => change },
      {
        title: 'Error before',
        value: ({ errorBefore }) => errorBefore,
        cell: (d) => d.errorBefore.toPrecision(4),
        isNumber: true,
      },
      {
        title: 'Error after',
        value: ({ errorAfter }) => errorAfter,
        cell: (d) => d.errorAfter.toPrecision(4),
        isNumber: true,
      },
      {
        title: 'Gain',
        value: (d) => d.errorBefore - d.errorAfter,
        cell: (d) => (d.errorBefore - d.errorAfter).toPrecision(3),
        isNumber: true,
      },
      { title: 'Accepted', value: ({ accepted }) => (accepted ? 'accepted' : '') },
    ],
  }).root
}
