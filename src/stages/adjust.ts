/**
 * Changes to a calibrated model: other thresholds, int16, nodes left in float.
 *
 * They come after everything that calibration decides, so that a build with them differs from one without in nothing else.
 */
import type { Adjustment, Adjustments } from '../config/types.ts'
import { ConfigError } from '../errors.ts'
import type { Graph } from '../ir/graph.ts'
import { cloneModel, type Model } from '../ir/model.ts'
import { inferTypes } from '../ops/infer.ts'
import { type Calibration, insertCalibration, readCalibration, roomForBiases } from '../quantize/calibrated.ts'
import { type ActivationQuantizer, codesFor, type Levels, type QuantizationPlan } from '../quantize/plan.ts'
import { nearestName } from '../text/nearest-name.ts'
import { readFacts, writeFacts } from './artefacts.ts'
import { planGraph } from './plan.ts'

/**
 * The calibrated model with changes; the argument is not changed. Tensors that move each other's values share a threshold, so one
 * name stands for all of them; a tensor that a node on the CPU left without a quantizer needs none.
 *
 * @throws ConfigError CONFIG_UNKNOWN_NODE for a name that is neither a quantized tensor nor a node
 */
export function adjustCalibrated(calibrated: Model, adjustments: Adjustments): Model {
  const facts = readFacts(calibrated)!
  const { model: float, calibration } = readCalibration(calibrated)
  inferTypes(float.graph)
  checkNames(adjustments, float.graph, calibration)
  const added = [...adjustments].flatMap(([name, adjustment]) => (adjustment === 'CPU' ? [name] : []))
  const cpuNodes = [...new Set([...(facts.cpuNodes ?? []), ...added])]
  const planFor = (levels: ReadonlyMap<string, Levels>): QuantizationPlan =>
    planGraph(
      float.graph,
      facts.march,
      facts.inputs,
      (tensor) => levels.get(tensor) ?? 127,
      cpuNodes,
      new Set(facts.afterOnly),
    ).plan
  const before = planFor(calibration.levels)
  const thresholds = new Map(calibration.thresholds)
  const levels = new Map(calibration.levels)
  const changes = changesByGroup(before, adjustments)
  for (const quantizer of before.quantizers.values()) {
    const change = changes.get(quantizer.group)
    if (change === undefined) continue
    thresholds.set(quantizer.tensor, change.threshold)
    levels.set(quantizer.tensor, change.bits === 16 ? 32767 : levelsFor(before, quantizer, change.threshold))
  }
  const plan = planFor(levels)
  const weights = roomForBiases(float.graph, plan, { thresholds, levels, weights: calibration.weights })
  const result = cloneModel(insertCalibration(float, plan, { thresholds, levels, weights }))
  writeFacts(result, { ...facts, cpuNodes })
  return result
}

function checkNames(adjustments: Adjustments, graph: Graph, { thresholds }: Calibration): void {
  const nodes = new Set(graph.nodes.map((node) => node.name))
  for (const [name, adjustment] of adjustments) {
    const known = adjustment === 'CPU' ? nodes : thresholds
    if (known.has(name)) continue
    const nearest = nearestName(name, known.keys())
    const what = adjustment === 'CPU' ? `no node named '${name}'` : `no quantized tensor named '${name}'`
    throw new ConfigError('CONFIG_UNKNOWN_NODE', `the model has ${what}`, {
      where: 'calibration_parameters.adjustments',
      fix: nearest === undefined ? 'the report of a build lists tensors and nodes' : `did you mean '${nearest}'?`,
    })
  }
}

/** One change per group of tensors with a common threshold: the wider codes and the larger threshold win. */
function changesByGroup(plan: QuantizationPlan, adjustments: Adjustments): Map<string, Exclude<Adjustment, 'CPU'>> {
  const changes = new Map<string, Exclude<Adjustment, 'CPU'>>()
  for (const [name, adjustment] of adjustments) {
    const group = plan.quantizers.get(name)?.group
    if (adjustment === 'CPU' || group === undefined) continue
    const other = changes.get(group) ?? adjustment
    changes.set(group, {
      threshold: Math.max(other.threshold, adjustment.threshold),
      bits: other.bits === 16 ? 16 : adjustment.bits,
    })
  }
  return changes
}

/** Codes of 8 bits under another threshold: a zero point of its own is kept, so that both ends move alike; centred codes follow it. */
function levelsFor({ takesZeroPoints }: QuantizationPlan, quantizer: ActivationQuantizer, threshold: number): Levels {
  if (quantizer.levels === 32767) return 127
  const isFree = takesZeroPoints && !quantizer.nonNegative && quantizer.bound === undefined
  if (isFree) return quantizer.levels
  return codesFor(quantizer, threshold)
}
