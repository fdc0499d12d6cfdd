/** The metric of the task, and pictures as both models see them. */
import { hasWidth, intervalDoubt } from '../../interval-doubt.ts'
import type { ReportedEvaluation } from '../data.ts'
import { code, element, section } from './dom.ts'
import { fixed, points } from './format.ts'
import { table } from './table.ts'

export function evaluationSection(evaluation: ReportedEvaluation): HTMLElement {
  const { models, metrics, difference, changed, pictures, dataset, part } = evaluation
  const { root } = table<ReportedEvaluation['models'][number]>({
    rows: models,
    columns: [
      { title: 'Model', value: ({ name }) => name, cell: ({ name }) => code(name) },
      { title: 'Pictures', value: ({ n }) => n, isNumber: true },
      ...metrics.map(({ key, title }) => ({
        title,
        value: (row: ReportedEvaluation['models'][number]) => row.metrics[key],
        cell: (row: ReportedEvaluation['models'][number]) => fixed(row.metrics[key], 4),
        isNumber: true,
      })),
      {
        title: 'Inference (ms)',
        value: ({ inference }) => inference,
        cell: ({ inference }) => fixed(inference, 2),
        isNumber: true,
      },
    ],
  })
  const interval =
    difference && hasWidth(difference) ? ` (95 % interval ${points(difference.low)} to ${points(difference.high)})` : ''
  const facts = [
    difference && `${metrics[0].title} difference ${points(difference.difference)} points${interval}.`,
    changed === undefined ? undefined : `${changed} of ${models[0].n} answers changed.`,
    models.length > 1 ? intervalDoubt(models[1].n, { interval: difference, changed }) : undefined,
  ]
  return section(
    'evaluation',
    'Accuracy on the task',
    `Float and INT8 on ${part ?? 'the same pictures'} of ${dataset}.`,
    [
      root,
      element('p', {}, [facts.filter(Boolean).join(' ')]),
      element(
        'div',
        { class: 'pictures' },
        pictures.map(({ id, why, image }) =>
          element('figure', {}, [
            element('img', { src: image, alt: `${id}: float beside INT8`, loading: 'lazy' }),
            element('figcaption', {}, [code(id), ` ${why}`]),
          ]),
        ),
      ),
    ],
  )
}
