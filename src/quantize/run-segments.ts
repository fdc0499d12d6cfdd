/** Running a graph segment by segment over many samples. */
import type { Engine } from '../engine.ts'
import { extractModel } from '../ir/extract.ts'
import type { Model } from '../ir/model.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Segment } from './segments.ts'

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
