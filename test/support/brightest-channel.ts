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

/**
 * Write a float classifier to build from, and its YAML: a Conv and a Relu that copy the channels, a Conv to the classes, their mean.
 * Thresholds at the median of the values clip the brightest channel to the height of others.
 */
export function writeBrightestSource(folder: string, calibration: Record<string, string>): string {
  const graph = new Graph(
    'brightest',
    [{ name: 'image', dtype: 'float32', shape: [1, 3, SIDE, SIDE] }],
    [{ name: 'scores', dtype: 'float32', shape: [1, CLASSES] }],
  )
  const copy = new Float32Array(9)
  for (let c = 0; c < 3; c++) copy[4 * c] = 1
  const classes = new Float32Array(3 * CLASSES).fill(-1)
  for (let k = 0; k < 3; k++) for (let c = 0; c < 3; c++) classes[3 * k + c] = c === k ? 1 : 0
  graph.setConstant('copy', Tensor.float32([3, 3, 1, 1], copy))
  graph.setConstant('classes', Tensor.float32([CLASSES, 3, 1, 1], classes))
  graph.addNode({ name: 'first', opType: 'Conv', inputs: ['image', 'copy'], outputs: ['channels'] })
  graph.addNode({ name: 'relu', opType: 'Relu', inputs: ['channels'], outputs: ['bright'] })
  graph.addNode({ name: 'second', opType: 'Conv', inputs: ['bright', 'classes'], outputs: ['map'] })
  graph.addNode({ name: 'mean', opType: 'GlobalAveragePool', inputs: ['map'], outputs: ['means'] })
  graph.addNode({ name: 'flat', opType: 'Flatten', inputs: ['means'], outputs: ['scores'] })
  writeFileSync(join(folder, 'brightest.onnx'), writeOnnx(modelOf(graph)))
  const keys = Object.entries({ cal_data_dir: 'calibration', cal_data_type: 'uint8', ...calibration })
  const config = join(folder, 'brightest.yaml')
  writeFileSync(
    config,
    `# Of this test.
model_parameters: { onnx_model: brightest.onnx, march: bayes, working_dir: out, output_model_file_prefix: net }
input_parameters: { input_type_train: rgb, input_layout_train: NCHW, input_type_rt: rgb }
calibration_parameters:
${keys.map(([key, value]) => `  ${key}: ${value}\n`).join('')}`,
  )
  mkdirSync(join(folder, 'calibration'))
  for (let i = 0; i < 12; i++) {
    const pixels = new Uint8Array(3 * SIDE * SIDE)
    for (let c = 0; c < 3; c++) {
      pixels.fill(c === i % 3 ? 200 : 20 + 4 * i, c * SIDE * SIDE, (c + 1) * SIDE * SIDE)
    }
    // One pixel of every value, as in pictures.
    for (let k = 0; k < 256; k++) pixels[k] = k
    writeFileSync(join(folder, 'calibration', `${i}.rgb`), pixels)
  }
  return config
}
