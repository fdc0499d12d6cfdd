/** When there are too few calibration samples. */

/** With fewer samples thresholds are a guess. */
export const ENOUGH_SAMPLES = 20

/** One line of warning; undefined where there are enough. */
export function fewSamples(count: number): string | undefined {
  if (count >= ENOUGH_SAMPLES) return undefined
  const are = count === 1 ? '1 calibration sample' : `${count} calibration samples`
  return `only ${are}: about 100 are recommended; with so few the ranges may be too narrow`
}
