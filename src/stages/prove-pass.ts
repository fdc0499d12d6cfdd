/** `--debug`: a rewrite must not change what the graph computes. */
import type { Engine } from '../engine.ts'
import { StageError } from '../errors.ts'
import type { Graph } from '../ir/graph.ts'
import type { Model } from '../ir/model.ts'
import { elementCount, Tensor } from '../ir/tensor.ts'
import { tensorFrom } from '../ops/propagate.ts'

/** Differences up to this share of the output's range come from the order of float sums. */
const TOLERANCE = 1e-4

/** Run both graphs on one random sample at `basic` and compare. Throws StageError STAGE_PASS_CHANGED. */
export async function proveRewrite(engine: Engine, before: Model, after: Model, pass: string): Promise<void> {
  const feeds = pixelFeeds(after.graph)
  const [expected, actual] = [await runOnce(engine, before, feeds), await runOnce(engine, after, feeds)]
  for (const [name, tensor] of expected) {
    const difference = relativeDifference(tensor, actual.get(name)!)
    if (difference > TOLERANCE) {
      throw new StageError(
        'STAGE_PASS_CHANGED',
        `pass ${pass} changed output '${name}' by ${difference.toExponential(2)} of its range`,
        {
          stage: 'optimize',
          where: name,
          fix: 'this is a bug of openmapper: please report it with the model',
        },
      )
    }
  }
}

async function runOnce(engine: Engine, model: Model, feeds: ReadonlyMap<string, Tensor>): Promise<Map<string, Tensor>> {
  const session = await engine.open(model, 'basic')
  try {
    return await session.run(feeds)
  } finally {
    await session.release()
  }
}

/** Deterministic values in the middle type's range. */
function pixelFeeds(graph: Graph): Map<string, Tensor> {
  let state = 1
  return new Map(
    graph.inputs.map((info) => {
      const shape = graph.shape(info.name)!
      const values = Array.from({ length: elementCount(shape) }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return (state >>> 24) - 128
      })
      return [info.name, tensorFrom(info.dtype, shape, values)]
    }),
  )
}

function relativeDifference(expected: Tensor, actual: Tensor): number {
  const a = expected.data
  const b = actual.data
  let largest = 0
  let range = 0
  for (let i = 0; i < a.length; i++) {
    largest = Math.max(largest, Math.abs(Number(a[i]) - Number(b[i])))
    range = Math.max(range, Math.abs(Number(a[i])))
  }
  if (expected.dtype !== 'float32') {
    // Class maps: a tie may fall either way.
    let changed = 0
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) changed++
    return (changed / Math.max(1, a.length)) * 0.1
  }
  return largest / (range || 1)
}
