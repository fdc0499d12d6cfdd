import { describe, expect, test } from 'vitest'
import { outputSimilarity } from '../../src/calibrate/similarity.ts'
import { loadModel } from '../../src/files/load-model.ts'
import { cloneModel, type Model } from '../../src/ir/model.ts'
import type { Tensor } from '../../src/ir/tensor.ts'
import { fixInputShapes, inferTypes } from '../../src/ops/infer.ts'
import { optimizeGraph } from '../../src/passes/pipeline.ts'
import { evaluateContext } from '../../src/runtime/evaluate.ts'
import { openSession } from '../../src/runtime/session.ts'
import { modelsAtHand, openShapes } from '../support/models.ts'
import { randomFeeds } from '../support/random.ts'

async function run(model: Model, feeds: ReadonlyMap<string, Tensor>): Promise<Map<string, Tensor>> {
  const session = await openSession(model, { level: 'basic', threads: 2 })
  const result = await session.run(feeds)
  await session.release()
  return result
}

describe('optimizing a real network does not change what it computes', () => {
  test.each(modelsAtHand())('$name', async ({ name, path }) => {
    const model = loadModel(path)
    fixInputShapes(model.graph, openShapes(name))
    inferTypes(model.graph)
    const before = cloneModel(model)
    await optimizeGraph(model, evaluateContext())
    const feeds = randomFeeds(model.graph, 1)
    const expected = await run(before, feeds)
    const actual = await run(model, feeds)
    for (const [output, tensor] of expected) {
      expect(outputSimilarity(tensor, actual.get(output)!)).toBeGreaterThan(
        tensor.dtype === 'float32' ? 0.999999 : 0.999,
      )
    }
    expect(
      model.graph.nodes.filter((node) => node.is('BatchNormalization', 'Identity', 'Dropout', 'Constant')),
    ).toEqual([])
    expect(model.graph.outputs.map((info) => info.name)).toEqual(before.graph.outputs.map((info) => info.name))
  })
})
