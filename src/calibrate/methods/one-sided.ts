import type { OneSidedFunction } from '../../quantize/plan.ts'
import type { Histogram } from '../histogram.ts'

/** Below this no one-sided threshold goes: these functions bend until about 6, then follow x. */
const FLOOR = 6

const FUNCTIONS: Readonly<Record<OneSidedFunction, (x: number) => number>> = {
  HzSwish: (x) => x / (1 + Math.exp(-x)),
  HardSwish: (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  Mish: (x) => x * Math.tanh(Math.log1p(Math.exp(Math.min(x, 40)))),
  // tanh form: within 0.001 of the erf form, enough to compare thresholds
  Gelu: (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
}

/**
 * Choose among threshold candidates for the input of a function that vanishes on the negative side: the candidate with the
 * least squared error *after* the function, weighted by the signed histogram. No candidate goes below min(6, max|x|), so a
 * distribution without a positive side is not clipped to nothing.
 *
 * @param candidates thresholds to compare, in order of preference on ties
 * @param levels largest code, 127 for int8
 */
export function oneSidedThreshold(
  histogram: Histogram,
  name: OneSidedFunction,
  candidates: readonly number[],
  levels: number,
): number {
  const floor = Math.min(FLOOR, histogram.absoluteMax)
  const f = FUNCTIONS[name]
  let best = { error: Infinity, threshold: floor }
  for (const candidate of candidates) {
    const threshold = Math.max(candidate, floor)
    const error = errorAfter(histogram, f, threshold, levels)
    if (error < best.error) best = { error, threshold }
  }
  return best.threshold
}

/** Thresholds tried by `functionAwareThreshold`. */
const TRIED = 64

/**
 * The threshold with the least squared error after the function, of 64 between 1/64 of the largest magnitude and all of it. It
 * finds by itself how much of the negative side may be clipped.
 */
export function functionAwareThreshold(histogram: Histogram, name: OneSidedFunction, levels: number): number {
  const limit = histogram.absoluteMax
  const candidates = Array.from({ length: TRIED }, (_, k) => ((k + 1) * limit) / TRIED)
  return oneSidedThreshold(histogram, name, candidates, levels)
}

/** sum h_i (f(FQ_T(c_i)) - f(c_i))^2 over the signed bins. */
function errorAfter(histogram: Histogram, f: (x: number) => number, threshold: number, levels: number): number {
  const scale = threshold / levels
  const side = (bins: Float64Array, sign: 1 | -1): number => {
    let error = 0
    for (let i = 0; i < bins.length; i++) {
      if (bins[i] === 0) continue
      const centre = sign * (i + 0.5) * histogram.width
      const code = Math.max(-levels - 1, Math.min(levels, Math.round(centre / scale)))
      error += bins[i] * (f(code * scale) - f(centre)) ** 2
    }
    return error
  }
  return side(histogram.positive, 1) + side(histogram.negative, -1)
}
