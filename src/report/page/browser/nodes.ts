/** The check table: every node, where it runs and why, and how much it lost. */
import type { NodeRow } from '../../node-table.ts'
import { badge, code, section } from './dom.ts'
import { decibel, fixed, significant } from './format.ts'
import { type Table, table } from './table.ts'

export function nodesSection(nodes: readonly NodeRow[]): { root: HTMLElement; rows: Table } {
  const wide = nodes.some(({ dataType }) => dataType === 'int16')
  const rows = table<NodeRow>({
    rows: nodes,
    limit: 60,
    key: ({ node }) => node,
    views: [
      { title: 'All', shows: () => true },
      { title: 'BPU', shows: ({ on }) => on === 'BPU' },
      { title: 'CPU', shows: ({ on }) => on === 'CPU' },
      ...(wide ? [{ title: 'int16', shows: ({ dataType }: NodeRow) => dataType === 'int16' }] : []),
    ],
    columns: [
      { title: 'Node', value: ({ node }) => node, cell: ({ node }) => code(node) },
      { title: 'ON', value: ({ on }) => on, cell: ({ on }) => badge(on, on.toLowerCase()) },
      {
        title: 'Subgraph',
        value: ({ subgraph }) => subgraph,
        cell: ({ subgraph }) => (subgraph === undefined ? '–' : `id(${subgraph})`),
      },
      { title: 'Type', value: ({ type }) => type },
      { title: 'Cosine', value: ({ cosine }) => cosine, cell: ({ cosine }) => fixed(cosine, 6), isNumber: true },
      {
        title: 'SQNR (dB)',
        value: ({ sqnr }) => (sqnr === null ? Infinity : sqnr),
        cell: ({ sqnr }) => decibel(sqnr),
        isNumber: true,
      },
      {
        title: 'Threshold',
        value: ({ threshold }) => threshold,
        cell: ({ threshold }) => significant(threshold),
        isNumber: true,
      },
      { title: 'DataType', value: ({ dataType }) => dataType },
      ...(nodes.some(({ requested }) => requested)
        ? [{ title: 'Requested', value: ({ requested }: NodeRow) => requested }]
        : []),
      { title: 'Why on the CPU', value: ({ reason }) => reason, cell: ({ reason }) => reason },
    ],
  })
  const root = section(
    'nodes',
    'Nodes',
    'Placement, precision and error of every node of the optimized model; fused activations belong to the node before them. Click a heading to sort.',
    [rows.root],
  )
  return { root, rows }
}
