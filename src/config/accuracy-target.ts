/** `accuracy_target: 0.5%`, and what it is measured with. */
import type { Add } from './cross-check.ts'
import type { GroupValues } from './schema.ts'
import type { AccuracyTarget } from './types.ts'

/** What a target looks like, for messages. */
export const TARGET_FORM = 'percentage points like 0.5%'

/** The share (0.005) that `0.5%` means; undefined for other words. A number alone would leave open which of the two it is. */
export function parseDrop(text: string): number | undefined {
  const [, number] = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim()) ?? []
  const points = Number(number)
  return number !== undefined && points <= 100 ? points / 100 : undefined
}

const COMPANIONS = ['accuracy_card', 'accuracy_data'] as const

export function checkAccuracyTarget(calibration: GroupValues, add: Add): void {
  const group = 'calibration_parameters'
  const target = calibration['accuracy_target'] as string | undefined
  if (target !== undefined && parseDrop(target) === undefined) {
    add(group, 'accuracy_target', `'accuracy_target' takes ${TARGET_FORM}, not '${target}'`)
  }
  for (const key of COMPANIONS) {
    if (target === undefined && calibration[key] !== undefined) {
      add(group, key, `'${key}' belongs to accuracy_target, which is missing`)
    }
  }
}

export function accuracyTarget(
  calibration: GroupValues,
  resolvePath: (path: string) => string,
): AccuracyTarget | undefined {
  const target = calibration['accuracy_target'] as string | undefined
  if (target === undefined) return undefined
  const path = (key: (typeof COMPANIONS)[number]): string | undefined => {
    const value = calibration[key] as string | undefined
    return value === undefined ? undefined : resolvePath(value)
  }
  return { drop: parseDrop(target)!, card: path('accuracy_card'), data: path('accuracy_data') }
}
