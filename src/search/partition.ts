/** Which calibration samples serve what. Nothing is accepted on samples it was tuned on. */
import { goldenFraction, spread } from '../calibrate/spread.ts'

/** Sample indices. */
export interface Partition {
  /** Histograms and means; what is tried is measured on some of them. */
  statistics: number[]
  /** Whether a step is accepted. */
  acceptance: number[]
  /** Whether the whole is better than the plain build. */
  confirmation: number[]
  /** The samples to accept on are the others, mirrored. */
  isMirrored: boolean
}

/** Samples judged at most. */
const ACCEPTANCE = 32
const CONFIRMATION = 20
/** A final check of the whole needs fewer samples than the steps, whose gains are smaller. */
const LEAST_CONFIRMATION = 6
/** Fewer samples than this are judged on their mirror images instead. */
export const LEAST_SAMPLES = 6

/** 60 % for statistics; a tenth, or 6, but at most 20 %, for the final check; the rest for acceptance. */
export function partitionSamples(count: number): Partition {
  const fifth = Math.max(1, Math.floor(count * 0.2))
  const checked = Math.min(fifth, Math.max(LEAST_CONFIRMATION, Math.floor(count * 0.1)))
  const all = Array.from({ length: count }, (_, i) => i)
  return {
    statistics: all.slice(0, count - 2 * fifth),
    acceptance: scattered(spread(all.slice(count - 2 * fifth, count - checked), ACCEPTANCE)),
    confirmation: spread(all.slice(count - checked), CONFIRMATION),
    isMirrored: false,
  }
}

/** Statistics from the samples, judged on their mirror images (calibrate/mirrored.ts: the second half of `count`). */
export function partitionMirrored(count: number): Partition {
  const all = Array.from({ length: count }, (_, i) => i)
  const mirrored = all.slice(count / 2)
  return { statistics: all.slice(0, count / 2), acceptance: mirrored, confirmation: mirrored, isMirrored: true }
}

/** The samples in an order in which the first few of them are spread over all: files of one scene or class stand together. */
export function scattered(samples: readonly number[]): number[] {
  const order = samples.map((sample, i) => ({ sample, key: goldenFraction(i) }))
  return order.toSorted((a, b) => a.key - b.key).map(({ sample }) => sample)
}
