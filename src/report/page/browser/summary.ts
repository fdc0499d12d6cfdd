/** What the reader wants to know first: is it good, how was it made, what is it made of. */
import type { BuildReport } from '../../../stages/build-report.ts'
import { hasWidth } from '../../interval-doubt.ts'
import type { PageData } from '../data.ts'
import { type Child, code, element } from './dom.ts'
import { fixed, points } from './format.ts'

export function header({ report, version }: PageData): HTMLElement {
  const inputs = report.inputs.map(
    ({ name, shape, typeTrain, typeRt }) =>
      `${name} ${shape.join('x')} ${typeTrain === typeRt ? typeRt : `${typeTrain}, ${typeRt} at run time`}`,
  )
  return element('header', {}, [
    element('p', { class: 'brand' }, [`OpenMapper ${version} · build report`]),
    element('h1', {}, [report.model]),
    element('p', { class: 'sub' }, [`march ${report.march} · ${inputs.join(' · ')}`]),
  ])
}

export function summary({ report, evaluation }: PageData): HTMLElement {
  const { verdict } = report
  return element('section', { id: 'summary' }, [
    element('div', { class: `verdict ${verdict.level}` }, [
      element('strong', {}, [{ good: 'Good', fair: 'Fair', poor: 'Poor' }[verdict.level]]),
      element('div', {}, [
        element('p', {}, [verdict.meaning]),
        element('p', { class: 'next' }, [`Next: ${verdict.next}`]),
      ]),
    ]),
    element('div', { class: 'tiles' }, [...taskTiles(evaluation), ...tiles(report)]),
    outputsTable(report),
  ])
}

function tile(value: string, label: string, note?: Child): HTMLElement {
  return element('div', { class: 'tile' }, [
    element('div', { class: 'value' }, [value]),
    element('div', { class: 'label' }, [label]),
    note === undefined ? undefined : element('div', { class: 'note' }, [note]),
  ])
}

function taskTiles(evaluation: PageData['evaluation']): HTMLElement[] {
  if (!evaluation) return []
  const [{ key, title }] = evaluation.metrics
  const { difference } = evaluation
  const [float, quantized] = evaluation.models.map(({ metrics }) => metrics[key])
  const interval =
    difference && hasWidth(difference)
      ? `, 95 %: ${points(difference.low)} to ${points(difference.high)}`
      : ` on ${evaluation.models[0].n} pictures`
  const note = difference && `${points(difference.difference)} points${interval}`
  const where = evaluation.part === undefined ? evaluation.dataset : `${evaluation.part} of ${evaluation.dataset}`
  return [tile(fixed(quantized, 4), `${title} on ${where}, float ${fixed(float, 4)}`, note)]
}

function tiles(report: BuildReport): HTMLElement[] {
  const { nodes, thresholds, calibration } = report
  const wide = thresholds.filter(({ levels }) => levels === 32767).length
  const cpu = nodes.filter(({ on }) => on === 'CPU').length
  const [method, parameter = ''] = calibration?.method.split(':') ?? ['–']
  const extras = calibration
    ? [
        parameter,
        calibration.biasCorrected ? 'bias correction' : '',
        Object.keys(calibration.channelRanges).length > 0 ? 'ranges per channel' : '',
        calibration.asymmetric ? 'asymmetric codes' : '',
      ].filter(Boolean)
    : []
  return [
    tile(report.verdict.similarity.toFixed(4), 'lowest output similarity'),
    tile(String(thresholds.length), 'activation quantizers', `${wide} of them int16`),
    tile(String(nodes.length - cpu), 'nodes on the BPU', cpu === 0 ? 'none on the CPU' : `${cpu} on the CPU`),
    calibration
      ? tile(method, 'calibration method', extras.join(', ') || undefined)
      : tile(method, 'calibration method', 'taken from an earlier build'),
  ]
}

function outputsTable({ outputs }: BuildReport): HTMLElement {
  const headings = ['Output', 'Cosine', 'L1 distance', 'L2 distance', 'Chebyshev distance']
  return element('div', { class: 'scroll' }, [
    element('table', {}, [
      element('thead', {}, [
        element(
          'tr',
          {},
          headings.map((heading, i) => element('th', i > 0 ? { class: 'number' } : {}, [heading])),
        ),
      ]),
      element(
        'tbody',
        {},
        outputs.map(({ name, cosine, l1, l2, chebyshev }) =>
          element('tr', {}, [
            element('td', {}, [code(name)]),
            ...[cosine, l1, l2, chebyshev].map((figure) => element('td', { class: 'number' }, [figure.toFixed(6)])),
          ]),
        ),
      ),
    ]),
  ])
}
