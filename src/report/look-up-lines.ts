/** The forms of the look-ups with what each costs in accuracy and time, as lines for a terminal. */
import type { LookupReport, TimedTrade } from '../stages/look-up-times.ts'
import { formatTable } from '../terminal/table.ts'
import { COUNTED_TIME, countedTime, measuredForms, networkTime } from './look-up-text.ts'

export function lookupLines(report: LookupReport): string[] {
  const forms = measuredForms(report)
  const counts = forms.includes('after only')
  const cells = ({ lookup, form: own, errors, milliseconds, addedTime }: TimedTrade): string[] => [
    lookup.length > 50 ? `...${lookup.slice(-47)}` : lookup,
    own,
    ...forms.map((form) => errors[form]?.toPrecision(3) ?? '--'),
    ...forms.map((form) => milliseconds[form]?.toFixed(2) ?? '--'),
    ...(counts ? [countedTime(addedTime)] : []),
  ]
  const columns = [
    'Look-up',
    'Form',
    ...forms.map((form) => `Error, ${form}`),
    ...forms.map((form) => `ms, ${form}`),
    ...(counts ? [COUNTED_TIME] : []),
  ]
  return [
    'Where quantizers sit around look-ups: output error, and time of Conv and look-up with onnxruntime on this machine:',
    ...formatTable(columns, report.lookups.map(cells)),
    ...[networkTime(report) ?? []].flat(),
  ]
}
