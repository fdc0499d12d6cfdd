/** What costs accuracy and what it would cost to fix, as lines for a terminal. */
import type { AccuracyCost, AccuracyCosts } from '../stages/accuracy-costs.ts'
import { formatTable } from '../terminal/table.ts'

const COLUMNS = ['Activation', 'Read by', 'Fix', 'Error', 'Gain', 'Of all MACs', 'Of all elements']

/** Of int16. */
const PRICE =
  'The MACs of these readers then take 16-bit input: slower on the chip, in float in onnxruntime. Gains are measured alone.'

export function costLines({ summary, costs, fix, hints }: AccuracyCosts): string[] {
  const table = costs.length === 0 ? [] : formatTable(COLUMNS, costs.map(cells))
  const price = costs.some((cost) => cost.fix === 'int16') ? [PRICE] : []
  return [
    'What costs accuracy, and what it would cost to fix:',
    summary,
    ...table,
    ...price,
    ...(fix
      ? [`Put this into the YAML and build again; ${fix.effect}:`, ...fix.yaml.map((line) => `    ${line}`)]
      : []),
    ...hints.map((hint) => `Also: ${hint}`),
  ]
}

function cells({ tensors, readers, fix, error, gain, macs, elements }: AccuracyCost): string[] {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
  return [listed(tensors), listed(readers), fix, error.toPrecision(3), percent(gain), percent(macs), percent(elements)]
}

function listed(names: readonly string[]): string {
  const more = names.length > 1 ? ` and ${names.length - 1} more` : ''
  return (names[0].length > 50 ? `...${names[0].slice(-47)}` : names[0]) + more
}
