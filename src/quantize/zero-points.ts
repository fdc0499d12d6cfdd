/**
 * A scale and a zero point for every activation, read off its smallest and its largest value: what runtimes on processors have. On march
 * `generic` alone, because the chips know no zero point; there centred-codes.ts gives what can be had.
 *
 *     s = (max - min) / 255,  z = round(-min / s),  min <= 0 <= max       (onnxruntime, TFLite: Jacob et al. 2018)
 *
 * A calibration says the same by threshold and largest code: levels = 255 - z, threshold = levels * s.
 */
import type { Statistics } from '../calibrate/collect.ts'
import { type CalibrationMethod, methodOf, rangeBy } from '../calibrate/methods/index.ts'
import type { ActivationQuantizer, Levels, QuantizationPlan, ValueRange } from './plan.ts'
import { chooseThresholds } from './thresholds.ts'
import { roundHalfEven } from './weights.ts'

/**
 * Thresholds and codes by tensor name; 16-bit tensors as chosen without zero points. A group has the range of all its members; each branch of a
 * Concat keeps its own, since onnxruntime's kernel rescales them.
 */
export function chooseZeroPoints(
  plan: QuantizationPlan,
  statistics: Statistics,
  method: CalibrationMethod,
): { thresholds: Map<string, number>; levels: Map<string, Levels> } {
  const ranges = new Map<string, ValueRange>()
  for (const quantizer of plan.quantizers.values()) {
    const own = ownRange(quantizer, statistics, method)
    if (own) ranges.set(quantizer.group, union(own, ranges.get(quantizer.group) ?? own))
  }
  const thresholds = chooseThresholds(plan, statistics, method)
  const levels = new Map<string, Levels>()
  for (const { tensor, group, levels: wanted } of plan.quantizers.values()) {
    const codes = wanted === 32767 ? undefined : asymmetricCodes(ranges.get(group) ?? { min: 0, max: 0 })
    levels.set(tensor, codes?.levels ?? wanted)
    if (codes) thresholds.set(tensor, codes.threshold)
  }
  return { thresholds, levels }
}

/** Below this a scale is no normal float32. */
const LEAST_SCALE = 2 ** -126

/** The 256 codes of a range; those of int8 with threshold 1 for a tensor that was always as good as 0. */
export function asymmetricCodes({ min, max }: ValueRange): { threshold: number; levels: Levels } {
  const low = Math.min(min, 0)
  // One code above 0 at least: the threshold is the value of the largest code.
  const high = Math.max(max, -low / 254)
  const scale = (high - low) / 255
  if (scale < LEAST_SCALE) return { threshold: 1, levels: 127 }
  const levels = 255 - roundHalfEven(-low / scale)
  return { threshold: levels * scale, levels }
}

function ownRange(
  { tensor, reach, oneSided, cap }: ActivationQuantizer,
  statistics: Statistics,
  method: CalibrationMethod,
): ValueRange | undefined {
  if (reach) return reach
  const histogram = statistics.get(tensor)
  if (!histogram) return undefined
  const { min, max } = rangeBy(methodOf(method, tensor), histogram, oneSided)
  return { min, max: Math.min(max, cap ?? max) }
}

function union(a: ValueRange, b: ValueRange): ValueRange {
  return { min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) }
}
