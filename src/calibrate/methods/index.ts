/** The calibration methods, from histogram to threshold. One journey through the data serves all of them. */
import type { OneSidedFunction, ValueRange } from '../../quantize/plan.ts'
import type { Histogram } from '../histogram.ts'
import { klThreshold, signedKlThreshold } from './kl.ts'
import { mseThreshold } from './mse.ts'
import { oneSidedThreshold } from './one-sided.ts'
import { percentileRange, percentileThreshold, signedPercentileThreshold } from './percentile.ts'

/** How the threshold of one tensor is made. */
export type TensorMethod =
  | { name: 'max' }
  | { name: 'max-percentile'; percentile: number }
  | { name: 'kl' }
  | { name: 'mse' }

/** How all thresholds are made: alike, or each tensor's by its own method (kl where none is given). */
export type CalibrationMethod = TensorMethod | { name: 'mix'; byTensor: ReadonlyMap<string, TensorMethod> }

/** The wording of the manual's log: `Select max-percentile:percentile=0.99995 method.` */
export function methodLabel(method: CalibrationMethod): string {
  return method.name === 'max-percentile' ? `max-percentile:percentile=${method.percentile}` : method.name
}

/** The method of one tensor. */
export function methodOf(method: CalibrationMethod, tensor: string): TensorMethod {
  return method.name === 'mix' ? (method.byTensor.get(tensor) ?? { name: 'kl' }) : method
}

/**
 * Threshold of one tensor. Never 0: a tensor that was always 0 gets 1, so that its scale is usable.
 *
 * @param oneSided the look-up that alone reads the tensor, if it vanishes on the negative side
 * @param levels largest code: 127 for int8; 32767 takes the maximum, clipping buys nothing at 16 bits
 */
export function thresholdBy(
  method: TensorMethod,
  histogram: Histogram,
  oneSided: OneSidedFunction | undefined,
  levels: number,
): number {
  const threshold = levels === 32767 ? histogram.absoluteMax : eightBits(method, histogram, oneSided, levels)
  return threshold > 0 ? threshold : 1
}

/**
 * Range of one tensor, for codes with a zero point. max: all that was seen. max-percentile p: (1 - p) / 2 cut off at either end. kl and mse
 * find a magnitude, beyond which both ends are cut.
 *
 * @param oneSided see {@link thresholdBy}: kl and mse alone look at it
 */
export function rangeBy(
  method: TensorMethod,
  histogram: Histogram,
  oneSided: OneSidedFunction | undefined,
): ValueRange {
  if (method.name === 'max-percentile') return percentileRange(histogram, method.percentile)
  const limit = method.name === 'max' ? histogram.absoluteMax : thresholdBy(method, histogram, oneSided, 127)
  return { min: Math.max(histogram.min, -limit), max: Math.min(histogram.max, limit) }
}

function eightBits(
  method: TensorMethod,
  histogram: Histogram,
  oneSided: OneSidedFunction | undefined,
  levels: number,
): number {
  const absolute = absoluteThreshold(method, histogram, levels)
  if (oneSided === undefined) return absolute
  return oneSidedThreshold(histogram, oneSided, [signedThreshold(method, histogram), absolute], levels)
}

function absoluteThreshold(method: TensorMethod, histogram: Histogram, levels: number): number {
  if (method.name === 'max-percentile') return percentileThreshold(histogram, method.percentile)
  if (method.name === 'kl') return klThreshold(histogram)
  return method.name === 'mse' ? mseThreshold(histogram, levels) : histogram.absoluteMax
}

function signedThreshold(method: TensorMethod, histogram: Histogram): number {
  if (method.name === 'max-percentile') return signedPercentileThreshold(histogram, method.percentile)
  return method.name === 'kl' ? signedKlThreshold(histogram) : Math.max(histogram.max, 0)
}
