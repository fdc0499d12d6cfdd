/** The builds that the table compares, one line each; a build is what a user gets with these lines in the YAML. */
import type { CalibrationConfig } from '../../src/config/types.ts'

/** What a build changes in the card's `calibration_parameters`. */
export type BuildMethod = Partial<Omit<CalibrationConfig, 'runOnCpu' | 'runOnBpu'>>

const PLAIN = { biasCorrection: false, maxPercentile: 1 } as const

const BUILDS = {
  max: { ...PLAIN, type: 'max' },
  kl: { ...PLAIN, type: 'kl' },
  percentile: { ...PLAIN, type: 'max', maxPercentile: 0.99995 },
  /** The documented choice among these three, without the search. */
  documented: { type: 'default', searchBudget: 0 },
  /** What a user gets who sets nothing. */
  default: { type: 'default' },
  'default-int8': { type: 'default', int16: 'forbidden' },
} as const satisfies Record<string, BuildMethod>

export type BuildName = keyof typeof BUILDS

export const BUILD_NAMES = Object.keys(BUILDS) as readonly BuildName[]

export function buildMethod(name: BuildName): BuildMethod {
  return BUILDS[name]
}
