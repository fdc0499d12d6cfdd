/** `adjustments`: changes to what calibration found, by name of a tensor or node. */
import { suggestion } from '../text/nearest-name.ts'
import type { Add } from './cross-check.ts'
import type { GroupValues } from './schema.ts'
import type { Adjustment, Adjustments } from './types.ts'

const KEYS = ['threshold', 'DataType', 'ON']

export function checkAdjustments(calibration: GroupValues, add: Add): void {
  for (const [name, wish] of entriesOf(calibration)) {
    const complain = (what: string): void =>
      add('calibration_parameters', 'adjustments', `'adjustments' of '${name}': ${what}`)
    if (typeof wish !== 'object' || wish === null) {
      complain("takes {'threshold': number}, with 'DataType': 'int16' if wanted, or {'ON': 'CPU'}")
      continue
    }
    const { threshold, DataType: type, ON: on } = wish as Record<string, unknown>
    const unknown = Object.keys(wish).find((key) => !KEYS.includes(key))
    if (unknown !== undefined) complain(`unknown key '${unknown}': ${suggestion(unknown, KEYS)}`)
    else if (on !== undefined && on !== 'CPU') complain(`ON takes CPU, not ${JSON.stringify(on)}`)
    else if (on !== undefined && Object.keys(wish).length > 1)
      complain('a node on the CPU has no threshold and no DataType')
    else if (on === undefined && !isThreshold(threshold)) complain('threshold takes a number above 0')
    else if (type !== undefined && type !== 'int8' && type !== 'int16') {
      complain(`DataType takes int8 or int16, not ${JSON.stringify(type)}`)
    }
  }
}

/** The checked map; undefined where there is none. */
export function adjustmentsOf(calibration: GroupValues): Adjustments | undefined {
  const entries = entriesOf(calibration)
  if (entries.length === 0) return undefined
  return new Map(
    entries.map(([name, wish]): [string, Adjustment] => {
      const { threshold, DataType: type, ON: on } = wish as Record<string, unknown>
      return [name, on === 'CPU' ? 'CPU' : { threshold: threshold as number, bits: type === 'int16' ? 16 : 8 }]
    }),
  )
}

/** The same as the YAML has it. */
export function adjustmentValue(adjustment: Adjustment): Record<string, unknown> {
  if (adjustment === 'CPU') return { ON: 'CPU' }
  const { threshold, bits } = adjustment
  return bits === 16 ? { threshold, DataType: 'int16' } : { threshold }
}

function entriesOf(calibration: GroupValues): [string, unknown][] {
  return Object.entries((calibration['adjustments'] as object | undefined) ?? {})
}

function isThreshold(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value > 0
}
