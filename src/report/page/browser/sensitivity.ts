/** Which tensor costs how much: each quantized alone, all else in float. */
import type { SensitivityRow } from '../../../stages/sensitivity.ts'
import { code, element, section } from './dom.ts'
import { decibel, fixed, significant } from './format.ts'
import { table } from './table.ts'

export function sensitivitySection(targets: readonly SensitivityRow[]): HTMLElement {
  const largest = Math.max(...targets.map(({ error }) => error))
  const kinds = [...new Set(targets.map(({ kind }) => kind))]
  const { root } = table<SensitivityRow>({
    rows: targets,
    limit: 20,
    sorted: { column: 2, isDescending: true },
    views: [
      { title: 'All', shows: () => true },
      ...(kinds.length > 1
        ? kinds.map((kind) => ({ title: kind, shows: (row: SensitivityRow) => row.kind === kind }))
        : []),
    ],
    columns: [
      { title: 'Quantized alone', value: ({ name }) => name, cell: ({ name, tensor }) => code(tensor ?? name) },
      { title: 'Kind', value: ({ kind }) => kind },
      {
        title: 'Task error',
        value: ({ error }) => error,
        cell: ({ error }) => bar(error, largest),
        isNumber: true,
      },
      {
        title: 'Cosine',
        value: (row) => row['cosine-similarity'],
        cell: (row) => fixed(row['cosine-similarity'], 6),
        isNumber: true,
      },
      {
        title: 'SQNR (dB)',
        value: ({ sqnr }) => sqnr ?? Infinity,
        cell: ({ sqnr }) => decibel(sqnr),
        isNumber: true,
      },
      { title: 'MSE', value: ({ mse }) => mse, cell: ({ mse }) => mse.toPrecision(3), isNumber: true },
      { title: 'MRE', value: ({ mre }) => mre, cell: ({ mre }) => mre.toPrecision(3), isNumber: true },
      {
        title: 'Chebyshev',
        value: ({ chebyshev }) => chebyshev,
        cell: ({ chebyshev }) => chebyshev.toPrecision(3),
        isNumber: true,
      },
      {
        title: 'Threshold',
        value: ({ threshold }) => threshold,
        cell: ({ threshold }) => significant(threshold),
        isNumber: true,
      },
      { title: 'Samples', value: ({ samples }) => samples, isNumber: true },
    ],
  })
  return section(
    'sensitivity',
    'Sensitivity',
    'Each row: this one quantized, all else in float, compared at the outputs. Task error is what the task loses (scores and boxes, flipped classes...); 0 is nothing.',
    [root],
  )
}

/** The figure with a bar as long as its share of the largest. */
function bar(value: number, largest: number): HTMLElement {
  const share = largest > 0 ? (100 * value) / largest : 0
  return element('div', { class: 'bar', style: `--share:${share.toFixed(1)}%` }, [value.toPrecision(3)])
}
