/**
 * The float model that a quantized one is compared with, tensor by tensor: the optimized model, with the ranges per channel of
 * the calibrated one (they scale channels of inner tensors, and change no output) but with its own, uncorrected biases.
 */
import type { Model } from '../ir/model.ts'
import { applyChannelRanges, type ChannelRanges } from '../quantize/channel-ranges.ts'
import type { ArtefactFacts } from './artefacts.ts'
import { planGraph } from './plan.ts'

const KEY = 'openmapper.channel_ranges'

/** What the metadata say of ranges: the nodes on the CPU when they were chosen, and the factors by tensor. */
interface NotedRanges {
  cpuNodes: string[]
  ranges: Record<string, number[]>
}

/** Note the ranges in the calibrated model. Later adjustments may put more nodes on the CPU. */
export function writeRanges(calibrated: Model, ranges: ChannelRanges, cpuNodes: readonly string[] = []): void {
  const entries = [...ranges].map(([tensor, r]) => [tensor, [...r]])
  if (entries.length === 0) return
  const noted: NotedRanges = { cpuNodes: [...cpuNodes], ranges: Object.fromEntries(entries) }
  calibrated.metadata.set(KEY, JSON.stringify(noted))
}

/** The reference for what was made from `calibrated`. `optimized` has types inferred and is not changed. */
export function floatReference(optimized: Model, calibrated: Model, facts: ArtefactFacts): Model {
  const text = calibrated.metadata.get(KEY)
  if (text === undefined) return optimized
  const noted = JSON.parse(text) as NotedRanges
  const ranges = new Map(Object.entries(noted.ranges).map(([tensor, r]) => [tensor, Float32Array.from(r)]))
  const { plan } = planGraph(optimized.graph, facts.march, facts.inputs, () => 127, noted.cpuNodes)
  return applyChannelRanges(optimized, plan, ranges)
}
