import { describe, expect, test } from 'vitest'
import { loadModel } from '../../src/files/load-model.ts'
import { fixInputShapes, inferTypes } from '../../src/ops/infer.ts'
import { modelsAtHand, openShapes } from '../support/models.ts'
import { oracleTypes } from '../support/shape-oracle.ts'

describe('every inferred type equals what onnxruntime infers', () => {
  test.each(modelsAtHand())('$name', async ({ name, path }) => {
    const model = loadModel(path)
    fixInputShapes(model.graph, openShapes(name))
    const expected = await oracleTypes(model)
    const constants = inferTypes(model.graph)
    expect(constants).toBeDefined()
    const differences: string[] = []
    for (const [name, type] of expected) {
      const own = model.graph.type(name)
      const symbolic = type.shape?.some((dim) => typeof dim !== 'number' || dim < 0)
      const same = own?.dtype === type.dtype && (symbolic || own.shape?.join() === type.shape?.join())
      if (!same)
        differences.push(
          `${name}: ${own?.dtype}[${own?.shape?.join()}], onnxruntime ${type.dtype}[${type.shape?.join()}]`,
        )
    }
    expect(differences).toEqual([])
    expect(expected.size).toBeGreaterThan(10)
  })
})
