/** The builds that the table compares, one line each; a build is what a user gets with these lines in the YAML. */
import type { CalibrationConfig, March } from '../../src/config/types.ts'

/** What a build changes in the card's `calibration_parameters`, and its march. */
export interface BuildMethod extends Partial<Omit<CalibrationConfig, 'runOnCpu' | 'runOnBpu'>> {
  march?: March
}

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

/**
 * Settings of onnxruntime's own quantizer, rebuilt: uint8 activations with a zero point, int8 weights per channel, placed as ours are (no
 * quantizer behind the last Conv, none inside a look-up). They show what the task costs elsewhere, and are made when asked for.
 */
const ONNXRUNTIME = {
  'onnxruntime-minmax': { ...PLAIN, type: 'max', optimization: ['asymmetric'], march: 'generic' },
  'onnxruntime-percentile': {
    ...PLAIN,
    type: 'max',
    maxPercentile: 0.9999,
    optimization: ['asymmetric'],
    march: 'generic',
  },
} as const satisfies Record<string, BuildMethod>

const ALL_BUILDS = { ...BUILDS, ...ONNXRUNTIME }

export type BuildName = keyof typeof ALL_BUILDS

/** Every build that `--builds` takes. */
export const BUILD_NAMES = Object.keys(ALL_BUILDS) as readonly BuildName[]
/** Those that are made where nobody says which. */
export const USUAL_BUILDS = Object.keys(BUILDS) as readonly BuildName[]

export function buildMethod(name: BuildName): BuildMethod {
  return ALL_BUILDS[name]
}
