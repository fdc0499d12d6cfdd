/** Running a graph segment by segment over many samples. */
import type { SampleSource } from '../calibrate/collect.ts'
import type { Engine } from '../engine.ts'
import { extractModel } from '../ir/extract.ts'
import type { Model } from '../ir/model.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Calibration } from './calibrated.ts'
import type { QuantizationPlan } from './plan.ts'
import type { Segment } from './segments.ts'

/** What is measured layer by layer: `plan` and `calibration` belong to `model`, an optimized float model. */
export interface LayerWalk {
  engine: Engine
  model: Model
  plan: QuantizationPlan
  calibration: Calibration
  /** The same network with unrounded weights and its own biases. */
  reference: Model
  samples: SampleSource
  /** Which samples may be used; as many as memory allows are, spread evenly. */
  indices: readonly number[]
  /** For values alive between layers, all samples together. */
  memoryBytes?: number
}

/** Run one segment for every sample, then keep only what later segments read. */
export async function runSegment(
  engine: Engine,
  model: Model,
  segment: Segment,
  live: readonly Map<string, Tensor>[],
): Promise<void> {
  const part = extractModel(model, segment.nodes, segment.inputs, segment.outputs)
  const session = await engine.open(part, 'basic')
  try {
    for (const values of live) {
      const feeds = new Map(segment.inputs.map((name) => [name, values.get(name)!]))
      for (const [name, tensor] of await session.run(feeds, segment.outputs)) values.set(name, tensor)
      for (const name of segment.dead) values.delete(name)
    }
  } finally {
    await session.release()
  }
}
