/** From statistics to one threshold per group, with the sharing rule of Concat. */
import type { Statistics } from '../calibrate/collect.ts'
import { type CalibrationMethod, methodOf, thresholdBy } from '../calibrate/methods/index.ts'
import { Groups } from './groups.ts'
import { type ActivationQuantizer, type QuantizationPlan } from './plan.ts'

/** Branches of an inner Concat share a threshold while their ranges differ by at most this factor. */
const CONCAT_RATIO = 4

/** Tensors whose statistics are needed: not fixed, and not copies of another tensor in the group. */
export function observedTensors(plan: QuantizationPlan): string[] {
  const leaders = new Set(
    [...plan.quantizers.values()].filter((quantizer) => !quantizer.follows).map((quantizer) => quantizer.group),
  )
  return [...plan.quantizers.values()]
    .filter((quantizer) => quantizer.fixed === undefined && (!quantizer.follows || !leaders.has(quantizer.group)))
    .map((quantizer) => quantizer.tensor)
}

/**
 * Thresholds by tensor name. A group takes the largest threshold of its members; a Concat joins the groups of its branches
 * and its output when they differ by at most 4x, otherwise every branch keeps its own and is requantized.
 */
export function chooseThresholds(
  plan: QuantizationPlan,
  statistics: Statistics,
  method: CalibrationMethod,
): Map<string, number> {
  const byGroup = new Map<string, number>()
  for (const quantizer of plan.quantizers.values()) {
    const threshold = ownThreshold(quantizer, statistics, method)
    if (threshold !== undefined) {
      byGroup.set(quantizer.group, Math.max(threshold, byGroup.get(quantizer.group) ?? 0))
    }
  }
  const joined = joinConcats(plan, byGroup)
  const largest = new Map<string, number>()
  for (const [group, threshold] of byGroup) {
    const root = joined.find(group)
    largest.set(root, Math.max(threshold, largest.get(root) ?? 0))
  }
  const thresholds = new Map<string, number>()
  for (const quantizer of plan.quantizers.values()) {
    thresholds.set(quantizer.tensor, largest.get(joined.find(quantizer.group)) ?? 1)
  }
  return thresholds
}

/** Concat nodes whose branches keep their own scale under these thresholds (each is an HzRequantize on the chip). */
export function requantizedBranches(plan: QuantizationPlan, thresholds: ReadonlyMap<string, number>): string[] {
  return plan.concats.flatMap((concat) => {
    const codesOf = (tensor: string): string => `${thresholds.get(tensor)} ${plan.quantizers.get(tensor)?.levels}`
    const [output] = concat.outputs
    return thresholds.has(output) ? concat.inputs.filter((input) => codesOf(input) !== codesOf(output)) : []
  })
}

function ownThreshold(
  quantizer: ActivationQuantizer,
  statistics: Statistics,
  method: CalibrationMethod,
): number | undefined {
  if (quantizer.fixed !== undefined) return quantizer.fixed
  const histogram = statistics.get(quantizer.tensor)
  if (!histogram) return undefined
  const threshold = thresholdBy(methodOf(method, quantizer.tensor), histogram, quantizer.oneSided, quantizer.levels)
  return quantizer.cap === undefined ? threshold : Math.min(threshold, quantizer.cap)
}

function joinConcats(plan: QuantizationPlan, byGroup: ReadonlyMap<string, number>): Groups {
  const joined = new Groups()
  for (const concat of plan.concats) {
    const output = plan.quantizers.get(concat.outputs[0])
    const branches = concat.inputs.flatMap((input) => plan.quantizers.get(input) ?? [])
    if (!output || branches.length < concat.inputs.length) continue
    const fixed = branches.some((branch) => branch.fixed !== undefined)
    const ranges = branches.map((branch) => byGroup.get(branch.group) ?? 1)
    if (fixed || Math.max(...ranges) > CONCAT_RATIO * Math.min(...ranges)) continue
    for (const branch of branches) joined.join(output.group, branch.group)
  }
  return joined
}
