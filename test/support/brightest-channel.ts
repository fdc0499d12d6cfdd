/** A tiny data set and classifier for tests of evaluation: class = brightest colour channel of a 32x32 picture. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Graph } from '../../src/ir/graph.ts'
import { modelOf } from '../../src/ir/model.ts'
import { Tensor } from '../../src/ir/tensor.ts'
import { writeOnnx } from '../../src/onnx/write.ts'
import { type ArtefactStage, writeFacts } from '../../src/stages/artefacts.ts'
import { resolvedInput } from './resolved-input.ts'

const SIDE = 32
const CLASSES = 10

const input = resolvedInput({ name: 'image', shape: [1, 3, SIDE, SIDE], layoutRt: 'NHWC' })

/** Files a test needs: the card, and a data set of `count` pictures in which every tenth has a wrong label. */
export function writeBrightestChannel(folder: string, count: number): { card: string; data: string } {
  const card = join(folder, 'model.yaml')
  writeFileSync(
    card,
    `name: brightest
title: Brightest channel
task: classification
dataset: cifar10
model: { file: none.onnx, md5: ${'f'.repeat(32)}, licence: none, source: this test }
config: brightest.yaml
input: image
output: scores
reader: pil
preprocess:
  calibration: [HWC2CHWTransformer]
`,
  )
  const data = join(folder, 'data')
  mkdirSync(data)
  const record = 1 + 3 * SIDE * SIDE
  const bytes = new Uint8Array(count * record)
  for (let i = 0; i < count; i++) {
    const brightest = i % 3
    bytes[i * record] = i % 10 === 9 ? (brightest + 1) % 3 : brightest
    for (let c = 0; c < 3; c++) {
      bytes.fill(
        c === brightest ? 200 : 20 + (i % 50),
        i * record + 1 + c * SIDE * SIDE,
        i * record + 1 + (c + 1) * SIDE * SIDE,
      )
    }
  }
  writeFileSync(join(data, 'test_batch.bin'), bytes)
  writeFileSync(join(data, 'data_batch_1.bin'), bytes)
  return { card, data }
}

/** Write the classifier as the artefact of a stage: float32 NCHW, or int8 NHWC for `quantized`. */
export function writeBrightestModel(path: string, stage: ArtefactStage): void {
  const quantized = stage === 'quantized'
  const shape = quantized ? [1, SIDE, SIDE, 3] : [1, 3, SIDE, SIDE]
  const graph = new Graph(
    'brightest',
    [{ name: 'image', dtype: quantized ? 'int8' : 'float32', shape }],
    [{ name: 'scores', dtype: 'float32', shape: [1, CLASSES] }],
  )
  const weight = new Float32Array(3 * CLASSES).fill(-1000)
  for (let c = 0; c < 3; c++) for (let k = 0; k < 3; k++) weight[c * CLASSES + k] = c === k ? 1 : 0
  // Classes without a channel of their own stay far below the others: mean values are -128..127.
  const bias = Float32Array.from({ length: CLASSES }, (_, k) => (k < 3 ? 0 : -1e6))
  graph.setConstant('axes', Tensor.int64([2], quantized ? [1, 2] : [2, 3]))
  graph.setConstant('weight', Tensor.float32([3, CLASSES], weight))
  graph.setConstant('bias', Tensor.float32([CLASSES], bias))
  graph.addNode({
    name: 'cast',
    opType: 'Cast',
    inputs: ['image'],
    outputs: ['x'],
    attributes: { to: { type: 'int', value: 1 } },
  })
  const keepdims = { keepdims: { type: 'int' as const, value: 0 } }
  graph.addNode({ name: 'mean', opType: 'ReduceMean', inputs: ['x', 'axes'], outputs: ['mean'], attributes: keepdims })
  graph.addNode({ name: 'gemm', opType: 'Gemm', inputs: ['mean', 'weight', 'bias'], outputs: ['scores'] })
  const model = modelOf(graph)
  writeFacts(model, { stage, march: 'bayes', inputs: [input] })
  writeFileSync(path, writeOnnx(model))
}
