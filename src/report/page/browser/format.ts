/** Figures as text. */

const NONE = '–'

export function fixed(value: number | null | undefined, digits: number): string {
  return value === null || value === undefined ? NONE : value.toFixed(digits)
}

/** Six significant digits at most, as the manual prints thresholds. */
export function significant(value: number | undefined, digits = 6): string {
  return value === undefined ? NONE : String(Number(value.toPrecision(digits)))
}

/** dB; null stands for two equal tensors. */
export function decibel(value: number | null | undefined): string {
  return value === null ? 'equal' : fixed(value, 1)
}

export function percent(share: number): string {
  if (share === 0) return '0 %'
  const value = 100 * share
  return value < 0.001 ? '< 0.001 %' : `${Number(value.toPrecision(2))} %`
}

/** A difference of two shares in points, with its sign. */
export function points(share: number): string {
  const value = 100 * share
  return `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(2)}`
}
