/** Where quantizers sit around look-ups: accuracy against time. */
import type { LookupReport, TimedTrade } from '../../../stages/look-up-times.ts'
import { COUNTED_TIME, countedTime, measuredForms, networkTime } from '../../look-up-text.ts'
import { code, element, section } from './dom.ts'
import { table } from './table.ts'

export function lookupsSection(report: LookupReport): HTMLElement {
  const forms = measuredForms(report)
  const time = networkTime(report)
  const { root } = table<TimedTrade>({
    rows: report.lookups,
    columns: [
      { title: 'Look-up', value: ({ lookup }) => lookup, cell: ({ lookup }) => code(lookup) },
      { title: 'Form', value: ({ form }) => form },
      ...forms.map((form) => ({
        title: `Error, ${form}`,
        value: ({ errors }: TimedTrade) => errors[form],
        cell: ({ errors }: TimedTrade) => errors[form]?.toPrecision(3) ?? '--',
        isNumber: true,
      })),
      ...forms.map((form) => ({
        title: `ms, ${form}`,
        value: ({ milliseconds }: TimedTrade) => milliseconds[form],
        cell: ({ milliseconds }: TimedTrade) => milliseconds[form]?.toFixed(2) ?? '--',
        isNumber: true,
      })),
      ...(forms.includes('after only')
        ? [
            {
              title: COUNTED_TIME,
              value: ({ addedTime }: TimedTrade) => addedTime['after only'],
              cell: ({ addedTime }: TimedTrade) => countedTime(addedTime),
              isNumber: true,
            },
          ]
        : []),
    ],
  })
  return section(
    'look-ups',
    'Around look-ups',
    'Output error with one look-up in another form, and the time of its Conv, the function and their quantizers with onnxruntime on the machine of the build.',
    [root, time === undefined ? undefined : element('p', {}, [time])],
  )
}
