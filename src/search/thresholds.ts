/** Threshold candidates of a sharing unit, all read off the histograms. */
import type { Statistics } from '../calibrate/collect.ts'
import { type TensorMethod, thresholdBy } from '../calibrate/methods/index.ts'
import { functionAwareThreshold } from '../calibrate/methods/one-sided.ts'
import type { Levels, QuantizationPlan } from '../quantize/plan.ts'
import type { SharingUnit } from './units.ts'

const percentile = (value: number): TensorMethod => ({ name: 'max-percentile', percentile: value })

/** Methods for the whole model, tried on every network. */
export const WHOLE_MODEL: readonly TensorMethod[] = [
  { name: 'max' },
  percentile(0.99999),
  percentile(0.99995),
  percentile(0.9999),
  percentile(0.999),
  { name: 'kl' },
]

const PER_TENSOR: readonly TensorMethod[] = [
  ...WHOLE_MODEL,
  percentile(0.9995),
  percentile(0.998),
  percentile(0.995),
  { name: 'mse' },
]

/**
 * What thresholds from few samples clip at most: others reach further, and mirror images of the same pictures cannot tell. What rarely
 * occurs is clipped first (on Cityscapes a class that few pictures show), so it costs more than the same error from rounding.
 */
export const MOST_CLIPPED_OF_FEW: TensorMethod = percentile(0.99999)

/** Factor between candidates, unless the caller wants fewer. */
const DISTINCT = 1.04

/**
 * Candidates in ascending order. A unit takes the largest of its members' thresholds.
 *
 * @param distinct candidates closer together than this factor are one
 * @param current threshold in use, to be among them
 */
export function thresholdLadder(
  unit: SharingUnit,
  plan: QuantizationPlan,
  statistics: Statistics,
  distinct: number = DISTINCT,
  current?: number,
): number[] {
  const candidates = PER_TENSOR.map((method) => unitThreshold(unit, plan, statistics, method))
  const [first] = unit.tensors
  const { oneSided, levels } = plan.quantizers.get(first)!
  const histogram = statistics.get(first)
  if (unit.tensors.length === 1 && oneSided !== undefined && histogram) {
    candidates.push(functionAwareThreshold(histogram, oneSided, levels))
  }
  const ladder = current === undefined ? [] : [current]
  for (const candidate of candidates) {
    if (candidate === undefined || candidate <= 0) continue
    const isNew = ladder.every((other) => candidate > other * distinct || candidate * distinct < other)
    if (isNew) ladder.push(candidate)
  }
  return ladder.toSorted((a, b) => a - b)
}

/**
 * Threshold of a unit in int16: `room` times its largest magnitude, at most what a fused Clip lets through. Undefined where no values
 * were seen.
 */
export function int16Threshold(
  unit: SharingUnit,
  plan: QuantizationPlan,
  statistics: Statistics,
  room: number,
): number | undefined {
  const maximum = unitMaximum(unit, plan, statistics)
  if (maximum === undefined || unit.isFixed) return maximum
  const caps = unit.tensors.map((tensor) => plan.quantizers.get(tensor)!.cap ?? Infinity)
  return Math.min(room * maximum, Math.max(...caps))
}

/** The largest magnitude of a unit. */
export function unitMaximum(unit: SharingUnit, plan: QuantizationPlan, statistics: Statistics): number | undefined {
  return unitThreshold(unit, plan, statistics, { name: 'max' }, 32767)
}

/** Threshold of a unit by a method: the largest of its members'. Undefined where no values were seen. */
export function unitThreshold(
  unit: SharingUnit,
  plan: QuantizationPlan,
  statistics: Statistics,
  method: TensorMethod,
  levels?: Levels,
): number | undefined {
  let largest: number | undefined
  for (const tensor of unit.tensors) {
    const quantizer = plan.quantizers.get(tensor)!
    const histogram = statistics.get(tensor)
    if (quantizer.fixed !== undefined) return quantizer.fixed
    if (!histogram) continue
    const own = thresholdBy(method, histogram, quantizer.oneSided, levels ?? quantizer.levels)
    largest = Math.max(largest ?? 0, Math.min(own, quantizer.cap ?? Infinity))
  }
  return largest
}
