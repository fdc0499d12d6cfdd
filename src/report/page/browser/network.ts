/** Error of every node along the network: SQNR and cosine over one axis, with the node under the cursor in words. */
import type uPlot from 'uplot'
import type { NodeRow } from '../../node-table.ts'
import { code, element, section } from './dom.ts'
import { decibel, fixed, significant } from './format.ts'
import { axis, COLORS, plotBox } from './plot.ts'

/** @param onChoose called with the name of the node that was clicked */
export function networkSection(nodes: readonly NodeRow[], onChoose: (node: string) => void): HTMLElement {
  const compared = nodes.filter(({ cosine }) => cosine !== undefined)
  const told = element('p', { class: 'told' }, ['Point at the curves to see a node; click to find it in the table.'])
  const tell = (index: number | null | undefined): void => {
    const row = typeof index === 'number' ? compared[index] : undefined
    if (row) told.replaceChildren(...description(row))
  }
  const choose = (index: number | null | undefined): void => {
    const row = typeof index === 'number' ? compared[index] : undefined
    if (row) onChoose(row.node)
  }
  const sync = { key: 'network' }
  const options = (title: string, color: string, values: (value: number) => string): Parameters<typeof plotBox>[1] => ({
    legend: { show: false },
    cursor: {
      sync,
      points: { size: 8 },
    },
    scales: { x: { time: false } },
    axes: [
      axis({ values: (_, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? String(tick) : '')) }),
      axis({ label: title, size: 56, values: (_, ticks) => ticks.map(values) }),
    ],
    series: [{}, { stroke: color, width: 1.5, points: { show: compared.length <= 120, size: 4, fill: color } }],
    hooks: {
      setCursor: [(self: uPlot) => tell(self.cursor.idx)],
      ready: [(self: uPlot) => self.over.addEventListener('click', () => choose(self.cursor.idx))],
    },
  })
  const at = compared.map((_, index) => index)
  return section(
    'network',
    'Error along the network',
    'Each point is the output of one node on the first calibration sample: the float model against the quantized model as it runs. Where a curve falls, accuracy is lost.',
    [
      plotBox(220, options('SQNR (dB)', COLORS.sqnr, String), [at, compared.map(({ sqnr }) => sqnr ?? null)]),
      plotBox(
        180,
        options('Cosine', COLORS.cosine, (tick) => String(Number(tick.toFixed(5)))),
        [at, compared.map(({ cosine }) => cosine!)],
      ),
      told,
    ],
  )
}

function description(row: NodeRow): (Node | string)[] {
  const facts = [
    `${row.type} on ${row.on}`,
    row.dataType,
    `SQNR ${decibel(row.sqnr)}${row.sqnr === null ? '' : ' dB'}`,
    `cosine ${fixed(row.cosine, 6)}`,
    `threshold ${significant(row.threshold)}`,
  ]
  return [code(row.node), ` · ${facts.join(' · ')}`]
}
