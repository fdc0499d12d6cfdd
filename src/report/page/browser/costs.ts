/** What still costs accuracy, and the lines of YAML that fix it. */
import type { AccuracyCost, AccuracyCosts } from '../../../stages/accuracy-costs.ts'
import { code, element, section } from './dom.ts'
import { table } from './table.ts'

export function costsSection({ summary, costs, fix, hints }: AccuracyCosts): HTMLElement {
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`
  const { root } = table<AccuracyCost>({
    rows: costs,
    columns: [
      { title: 'Activation', value: ({ tensors }) => tensors.join(', '), cell: ({ tensors }) => names(tensors) },
      { title: 'Read by', value: ({ readers }) => readers.join(', '), cell: ({ readers }) => names(readers) },
      { title: 'Fix', value: ({ fix: how }) => how },
      { title: 'Output error', value: ({ error }) => error, cell: ({ error }) => error.toPrecision(3), isNumber: true },
      { title: 'Gain', value: ({ gain }) => gain, cell: ({ gain }) => share(gain), isNumber: true },
      { title: 'Of all MACs', value: ({ macs }) => macs, cell: ({ macs }) => share(macs), isNumber: true },
      {
        title: 'Of all elements',
        value: ({ elements }) => elements,
        cell: ({ elements }) => share(elements),
        isNumber: true,
      },
    ],
  })
  return section('costs', 'What costs accuracy', summary, [
    costs.length > 0 ? root : undefined,
    ...(fix
      ? [
          element('p', {}, [`Put this into the YAML and build again; ${fix.effect}:`]),
          element('pre', {}, [fix.yaml.join('\n')]),
        ]
      : []),
    hints.length > 0
      ? element(
          'ul',
          {},
          hints.map((hint) => element('li', {}, [hint])),
        )
      : undefined,
  ])
}

function names(list: readonly string[]): HTMLElement {
  return element(
    'div',
    {},
    list.map((name) => element('div', {}, [code(name)])),
  )
}
