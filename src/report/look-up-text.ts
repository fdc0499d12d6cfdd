/** What the terminal and the page say alike about the forms of look-ups. */
import { LOOKUP_FORMS, type LookupForm } from '../quantize/look-up-form.ts'
import type { LookupReport, TimedTrade } from '../stages/look-up-times.ts'

/** Forms that were measured for any of them. */
export function measuredForms({ lookups }: LookupReport): LookupForm[] {
  return LOOKUP_FORMS.filter((form) => lookups.some(({ errors }) => errors[form] !== undefined))
}

/** What the search counts the form with, beside what was measured; for the last column. */
export const COUNTED_TIME = 'Counted, after only'

export function countedTime(addedTime: TimedTrade['addedTime']): string {
  const share = addedTime['after only']
  return share === undefined ? '--' : `${share < 0 ? '' : '+'}${(100 * share).toFixed(1)} % of all`
}

/** One sentence; undefined where all have the plain form. */
export function networkTime({ network }: LookupReport): string | undefined {
  if (!network) return undefined
  const [plain, built] = [network.plain, network.built].map((milliseconds) => milliseconds.toFixed(1))
  return `The network takes ${plain} ms with these look-ups quantized to 8 bits before and after, ${built} ms as it was built.`
}
