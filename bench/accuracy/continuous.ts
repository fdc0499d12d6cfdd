/** The tensors that tell how much noise quantization adds: float outputs, and what an integer output (ArgMax) was made from. */
import { join } from 'node:path'
import { loadModel } from '../../src/files/load-model.ts'
import { saveFileAtomic } from '../../src/files/save-file.ts'
import type { Model } from '../../src/ir/model.ts'
import { writeOnnx } from '../../src/onnx/write.ts'
import { inferTypes } from '../../src/ops/infer.ts'
import { outputLeaves } from '../../src/search/error/leaves.ts'

/** The same tensor in the float and in the INT8 model. */
export type TensorPair = readonly [float: string, int8: string]

export interface ModelPair {
  /** Paths of models that give these tensors beside their own outputs. */
  float: string
  int8: string
  continuous: TensorPair[]
}

/** @param folder for copies of the models where they need further outputs */
export function withContinuousOutputs(float: string, int8: string, folder: string): ModelPair {
  const [models, found] = [[float, int8].map(load), [] as TensorPair[]]
  const [reference, quantized] = models
  for (const { name, dtype } of reference.graph.outputs) {
    if (dtype === 'float32') {
      found.push([name, name])
      continue
    }
    const [own, other] = models.map(({ graph }) => outputLeaves(graph, name))
    if (own.length !== other.length) continue
    for (const [i, leaf] of own.entries()) {
      if (leaf.shape.join() === other[i].shape.join()) found.push([leaf.value, other[i].value])
    }
  }
  const paths = [reference, quantized].map((model, index) => {
    const extra = found.map((pair) => pair[index]).filter((name) => !model.graph.isOutput(name))
    if (extra.length === 0) return [float, int8][index]
    for (const name of extra) {
      model.graph.outputs.push({ name, dtype: 'float32', shape: model.graph.shape(name) })
    }
    const path = join(folder, `${['float', 'int8'][index]}_with_scores.onnx`)
    saveFileAtomic(path, writeOnnx(model))
    return path
  })
  return { float: paths[0], int8: paths[1], continuous: found }
}

function load(path: string): Model {
  const model = loadModel(path)
  inferTypes(model.graph)
  return model
}
