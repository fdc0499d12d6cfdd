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
  return section(
    'decisions',
    'Decisions',
    'Every candidate of calibration_type default, judged on samples it was not made from.',
    [root],
  )
}
