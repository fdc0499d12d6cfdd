/** Thresholds on the distributions they were read off: a gallery, drawn as it comes into view. */
import uPlot from 'uplot'
import type { CompactHistogram } from '../../../calibrate/compact-histogram.ts'
import { isAsymmetric, lowestCode, scaleOf } from '../../../quantize/plan.ts'
import type { BuildReport } from '../../../stages/build-report.ts'
import { badge, code, element, section } from './dom.ts'
import { percent, significant } from './format.ts'
import { axis, COLORS, plotBox } from './plot.ts'

type Threshold = BuildReport['thresholds'][number]

interface Entry extends Threshold {
  histogram: CompactHistogram
  isPerChannel: boolean
}

/** Cards added at a time. */
const PAGE = 24

const ORDERS: Readonly<Record<string, (a: Entry, b: Entry) => number>> = {
  'Network order': () => 0,
  'Most clipped': (a, b) => b.histogram.clipped - a.histogram.clipped,
  'Largest range beyond the threshold': (a, b) => reach(b) / b.threshold - reach(a) / a.threshold,
  'Coarsest step': (a, b) => b.threshold / b.levels - a.threshold / a.levels,
}

export function histogramsSection(report: BuildReport, histograms: readonly CompactHistogram[]): HTMLElement {
  const byTensor = new Map(histograms.map((histogram) => [histogram.tensor, histogram]))
  const ranged = report.calibration?.channelRanges ?? {}
  const entries = report.thresholds.flatMap((threshold): Entry[] => {
    const histogram = byTensor.get(threshold.tensor)
    return histogram ? [{ ...threshold, histogram, isPerChannel: threshold.tensor in ranged }] : []
  })
  const gallery = element('div', { class: 'gallery' })
  const more = element('button', { type: 'button', class: 'more' }, [], { click: () => add() })
  const search = element(
    'input',
    { type: 'search', placeholder: 'Filter tensors', 'aria-label': 'Filter tensors' },
    [],
    { input: () => start() },
  )
  const order = element(
    'select',
    { 'aria-label': 'Order' },
    Object.keys(ORDERS).map((name) => element('option', {}, [name])),
    { change: () => start() },
  )
  let waiting: Entry[] = []

  function start(): void {
    const word = search.value.toLowerCase()
    waiting = entries.filter(({ tensor }) => tensor.toLowerCase().includes(word)).sort(ORDERS[order.value])
    gallery.replaceChildren()
    add()
  }

  function add(): void {
    gallery.append(...waiting.splice(0, PAGE).map(card))
    more.hidden = waiting.length === 0
    more.textContent = `Show ${Math.min(PAGE, waiting.length)} more of ${waiting.length}`
  }

  start()
  return section(
    'thresholds',
    'Thresholds on their histograms',
    `All values of ${entries.length} activation tensors over the calibration samples, counts on a logarithmic scale. Red: the threshold; what lies beyond it is clipped. Tensors that share or know their range need no histogram.`,
    [element('div', { class: 'tools' }, [search, order]), gallery, more],
  )
}

function reach({ histogram: { min, max } }: Entry): number {
  return Math.max(Math.abs(min), Math.abs(max))
}

function card(entry: Entry): HTMLElement {
  const { tensor, threshold, levels, nonNegative, histogram, isPerChannel } = entry
  const { binWidth, firstBin, counts } = histogram
  const edges = [...counts.keys()].map((bin) => (firstBin + bin + 0.5) * binWidth)
  const lowest = lowestCode({ nonNegative, levels }) * scaleOf(threshold, levels)
  const marks = lowest < 0 ? [lowest, threshold] : [threshold]
  const low = Math.min(histogram.min, lowest)
  const high = Math.max(histogram.max, threshold)
  const margin = 0.03 * (high - low)
  const plot = plotBox(
    130,
    {
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [low - margin, high + margin] },
        y: { distr: 3, range: [0.5, 2 * Math.max(...counts, 1)] },
      },
      axes: [axis({ size: 26 }), axis({ size: 0, show: false })],
      series: [{}, { paths: uPlot.paths.bars!({ size: [1] }), fill: COLORS.bars, points: { show: false }, width: 0 }],
      hooks: { draw: [(self) => drawMarks(self, marks)] },
    },
    [edges, counts.map((count) => (count === 0 ? null : count))],
  )
  return element('figure', { class: 'card' }, [
    element('figcaption', {}, [
      code(tensor),
      element('div', { class: 'facts' }, [
        badge(levels === 32767 ? 'int16' : 'int8', levels === 32767 ? 'int16' : 'plain'),
        isAsymmetric(levels) ? badge(`asymmetric, zero point ${255 - levels}`, 'plain') : undefined,
        isPerChannel ? badge('range per channel', 'plain') : undefined,
        ` threshold ${significant(threshold, 5)} · range ${significant(histogram.min, 4)} … ${significant(histogram.max, 4)} · clips ${percent(histogram.clipped)}`,
      ]),
    ]),
    plot,
  ])
}

function drawMarks({ ctx, bbox, valToPos }: uPlot, marks: readonly number[]): void {
  ctx.save()
  ctx.strokeStyle = COLORS.threshold
  ctx.lineWidth = 1.5 * devicePixelRatio
  ctx.setLineDash([5 * devicePixelRatio, 3 * devicePixelRatio])
  for (const mark of marks) {
    const x = Math.round(valToPos(mark, 'x', true))
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
  }
  ctx.restore()
}
