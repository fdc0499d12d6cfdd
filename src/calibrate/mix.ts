/**
 * `calibration_type: mix`: thresholds by kl; where a tensor of the calibrated network is least like the float one, max, max-percentile
 * 0.99995 and kl are tried on it, and the one with the best model outputs is kept.
 */
import type { Engine } from '../engine.ts'
import type { Model } from '../ir/model.ts'
import { completeCalibration, insertCalibration } from '../quantize/calibrated.ts'
import type { QuantizationPlan } from '../quantize/plan.ts'
import { chooseThresholds } from '../quantize/thresholds.ts'
import type { Reporter } from '../reporter.ts'
import type { SampleSource, Statistics } from './collect.ts'
import { judge } from './judge.ts'
import type { CalibrationMethod, TensorMethod } from './methods/index.ts'
import { withOutputs } from './observe.ts'
import { cosine } from './similarity.ts'
import { spread } from './spread.ts'

/** Tensors looked at, the least alike first. */
const MOST_TENSORS = 12
/** Tensors more alike than this are left to kl. */
const SENSITIVE = 0.9999
/** Samples that decide. */
const MOST_SAMPLES = 8

const OTHERS: readonly TensorMethod[] = [{ name: 'max' }, { name: 'max-percentile', percentile: 0.99995 }]

export interface MixInput {
  engine: Engine
  model: Model
  /** Placement on the graph of the model. */
  plan: QuantizationPlan
  samples: SampleSource
  statistics: Statistics
  /** Samples to judge on. */
  indices: readonly number[]
  reporter: Reporter
}

/** The mix; deterministic. */
export async function mixMethod(input: MixInput): Promise<CalibrationMethod> {
  const { engine, model, samples, reporter } = input
  const byTensor = new Map<string, TensorMethod>()
  const indices = spread(input.indices, MOST_SAMPLES)
  const sensitive = await sensitiveGroups(input, indices)
  for (const [done, members] of sensitive.entries()) {
    const variants = OTHERS.map(
      (method) => new Map([...byTensor, ...members.map((tensor) => [tensor, method] as const)]),
    )
    const models = [byTensor, ...variants].map((methods) => calibratedBy(input, { name: 'mix', byTensor: methods }))
    const [present, ...others] = await judge(engine, model, models, samples, indices, () => {})
    const best = Math.max(...others)
    if (best > present) for (const tensor of members) byTensor.set(tensor, OTHERS[others.indexOf(best)])
    reporter.progress('Mixing', done + 1, sensitive.length)
  }
  return { name: 'mix', byTensor }
}

function calibratedBy({ model, plan, statistics }: MixInput, method: CalibrationMethod): Model {
  const thresholds = chooseThresholds(plan, statistics, method)
  return insertCalibration(model, plan, completeCalibration(model.graph, plan, thresholds))
}

/** Tensors that share a threshold, by their likeness to the float network under kl, the least alike first. */
async function sensitiveGroups(input: MixInput, indices: readonly number[]): Promise<string[][]> {
  const { engine, model, plan, samples, statistics } = input
  const tensors = [...statistics.keys()].filter((tensor) => !model.graph.isInput(tensor) && plan.quantizers.has(tensor))
  if (tensors.length === 0) return []
  const likeness = new Map(tensors.map((tensor) => [tensor, 0]))
  const float = await engine.open(withOutputs(model, tensors), 'basic')
  const calibrated = await engine.open(withOutputs(calibratedBy(input, { name: 'kl' }), tensors), 'basic')
  try {
    for (const index of indices) {
      const feeds = await samples.read(index)
      const [expected, actual] = [await float.run(feeds), await calibrated.run(feeds)]
      for (const [tensor, sum] of likeness) {
        const similarity = cosine(expected.get(tensor)!.floats(), actual.get(tensor)!.floats())
        likeness.set(tensor, sum + similarity / indices.length)
      }
    }
  } finally {
    await float.release()
    await calibrated.release()
  }
  const groups = new Map<string, { members: string[]; least: number }>()
  for (const [tensor, similarity] of likeness) {
    const name = plan.quantizers.get(tensor)!.group
    const group = groups.get(name) ?? { members: [], least: Infinity }
    groups.set(name, { members: [...group.members, tensor], least: Math.min(group.least, similarity) })
  }
  const sorted = [...groups.values()].filter(({ least }) => least < SENSITIVE).sort((a, b) => a.least - b.least)
  return sorted.slice(0, MOST_TENSORS).map(({ members }) => members)
}
