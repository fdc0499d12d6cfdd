import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelsAtHand } from '../../test/support/models.ts'
import { Network } from '../../test/support/network.ts'
import { projectRoot } from '../../test/support/shared-data.ts'
import { guessDataset } from '../cards/guess-dataset.ts'
import { guessTask } from '../cards/guess-task.ts'
import { loadCard } from '../cards/load.ts'
import { resolveModel } from '../cards/resolve-model.ts'
import { findCard } from '../cards/zoo.ts'
import { loadModel } from '../files/load-model.ts'
import { writeOnnx } from '../onnx/write.ts'
import { fixInputShapes, inferTypes } from '../ops/infer.ts'
import { resolveInputs } from '../prepare/resolve-inputs.ts'
import { inferPicture } from './infer.ts'
import { initConfig } from './init.ts'
import { loadConfigFile } from './load-config-file.ts'

let folder = ''
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'init-'))))
afterAll(() => rmSync(folder, { recursive: true }))

test.each(modelsAtHand().filter(({ path }) => !path.includes('model_output')))(
  'the YAML for $name loads and fits the model',
  async ({ name, path }) => {
    const output = join(folder, name, 'build.yaml')
    await initConfig({ onnx: path }, { march: 'bayes', output, force: false })
    const config = loadConfigFile(output)
    expect(config.model).toMatchObject({ files: { onnx: path }, march: 'bayes' })
    const { graph } = loadModel(path)
    fixInputShapes(graph, new Map(config.inputs.map((input) => [input.name!, input.shape!])))
    inferTypes(graph)
    expect(resolveInputs(graph, config.inputs)).toHaveLength(graph.inputs.length)
  },
)

test('two inputs stand side by side, each with a folder of its own', async () => {
  const network = new Network()
  const image = network.conv(network.input('image', [1, 3, 8, 8]), [4, 3, 1, 1])
  network.output(network.node('Mul', [image, network.input('it is/a mask', [1, 4, 8, 8])]))
  const path = join(folder, 'two.onnx')
  writeFileSync(path, writeOnnx(network.model()))
  const output = join(folder, 'two.yaml')
  const { guesses } = await initConfig({ onnx: path }, { march: 'generic', output, force: false })
  expect(guesses.map((guess) => guess.key)).toContain('norm_type')
  const [first, second] = loadConfigFile(output).inputs
  expect([first.name, first.typeTrain, first.normType]).toEqual(['image', 'rgb', 'data_scale'])
  expect([second.name, second.typeTrain, second.normType]).toEqual(['it is/a mask', 'featuremap', 'no_preprocess'])
  expect(first.calDataDir).not.toBe(second.calDataDir)
  expect(existsSync(join(folder, 'model.yaml'))).toBe(false)
})

test('a shape given for an open input is no guess', async () => {
  const network = new Network()
  network.output(network.conv(network.input('image', [1, 3, 8, 8]), [4, 3, 1, 1]))
  const model = network.model()
  model.graph.inputs[0].shape = ['n', 3, 'h', 'w']
  const path = join(folder, 'open.onnx')
  writeFileSync(path, writeOnnx(model))
  const inputShapes = new Map([['image', [1, 3, 64, 48]]])
  const output = join(folder, 'open.yaml')
  const { guesses } = await initConfig({ onnx: path }, { march: 'bayes', output, force: false, inputShapes })
  expect(guesses.map((guess) => guess.key)).not.toContain('input_shape')
  expect(loadConfigFile(output).inputs[0].shape).toEqual([1, 3, 64, 48])
})

test('existing files are kept unless the user insists', async () => {
  const output = join(folder, 'kept/mine.yaml')
  const card = join(folder, 'kept/model.yaml')
  const [{ path }] = modelsAtHand()
  const init = (force: boolean): Promise<unknown> => initConfig({ onnx: path }, { march: 'bayes', output, force })
  mkdirSync(join(folder, 'kept'))
  for (const file of [card, output]) {
    writeFileSync(file, 'mine')
    await expect(init(false)).rejects.toThrow(`${file} exists already`)
    expect(readFileSync(file, 'utf8')).toBe('mine')
  }
  await init(true)
  expect(readFileSync(output, 'utf8')).toContain('model_parameters:')
  expect(loadCard(card).config).toBe(output)
})

test('two models of one folder stand side by side, and each replaces its own files alone', async () => {
  const [{ path }] = modelsAtHand()
  const place = (name: string): string => join(folder, 'both', name)
  const init = (name: string, force = false) =>
    initConfig({ onnx: path }, { march: 'bayes', output: place(name), force })
  const first = await init('a_config.yaml')
  const second = await init('b_config.yaml')
  expect([first.card, second.card]).toEqual([place('model.yaml'), place('b_model.yaml')])
  for (const [name, { card, path: yaml, workingDir, calibrationData }] of Object.entries({ a: first, b: second })) {
    expect(loadCard(card!).config).toBe(place(`${name}_config.yaml`))
    const { model, inputs } = loadConfigFile(yaml)
    expect(model.workingDir).toBe(place(workingDir))
    expect(inputs[0].calDataDir).toBe(place(calibrationData))
  }
  expect(second.workingDir).not.toBe(first.workingDir)
  expect(second.calibrationData).not.toBe(first.calibrationData)
  await expect(init('b_config.yaml')).rejects.toThrow(`${place('b_config.yaml')} exists already`)
  const kept = readFileSync(place('model.yaml'), 'utf8')
  expect((await init('b_config.yaml', true)).card).toBe(second.card)
  expect(readFileSync(place('model.yaml'), 'utf8')).toBe(kept)
  expect((await init('a_config.yaml', true)).card).toBe(first.card)
})

test('the YAML cannot have the name of the card', async () => {
  const [{ path }] = modelsAtHand()
  const output = join(folder, 'model.yaml')
  await expect(initConfig({ onnx: path }, { march: 'bayes', output, force: false })).rejects.toMatchObject({
    code: 'ARGUMENT_CARD_NAME',
  })
})

test('the card of the bundled network says what the one of the zoo says', async () => {
  const zoo = loadCard(findCard('resnet20_cifar10'))
  const path = resolveModel(zoo)
  const output = join(folder, 'bundled/build.yaml')
  const { card } = await initConfig({ onnx: path }, { march: 'bayes', output, force: false })
  const made = loadCard(card!)
  expect(made).toMatchObject({ task: zoo.task, dataset: zoo.dataset, inputName: zoo.inputName, outputs: zoo.outputs })
  expect(made.model.md5).toBe(zoo.model.md5)
  expect(resolveModel(made)).toBe(path)
  const picture = join(projectRoot, 'test/golden/image/pictures/plain.jpg')
  const { prediction, names } = await inferPicture({ card: made, model: path, picture: { file: picture } })
  expect(prediction).toMatchObject({ kind: 'classes', ranked: { length: 5 } })
  expect(names?.[3].name).toBe('cat')
})

test.each([
  [{ height: 416, width: 416 }, [[1, 3549, 85]], 'detection', 'yolox'],
  [
    { height: 64, width: 96 },
    [
      [1, 255, 8, 12],
      [1, 255, 4, 6],
      [1, 255, 2, 3],
    ],
    'detection',
    'yolov5',
  ],
  [
    { height: 64, width: 96 },
    [
      [1, 80, 16, 24],
      [1, 2, 16, 24],
      [1, 2, 16, 24],
    ],
    'detection',
    'centernet',
  ],
  [
    { height: 300, width: 300 },
    [
      [1, 1917, 4],
      [1, 1917, 91],
    ],
    'detection',
    'ssd',
  ],
  [{ height: 64, width: 96 }, [[1, 5, 16, 24]], 'segmentation', 'logits'],
  [{ height: 64, width: 96 }, [[1, 16, 24, 5]], 'segmentation', 'logits'],
  [{ height: 64, width: 96 }, [[1, 1, 64, 96]], 'segmentation', 'mask'],
  [{ height: 64, width: 96 }, [[1, 32, 48, 1]], 'segmentation', 'mask'],
  [{ height: 64, width: 96 }, [[1, 64, 96]], 'segmentation', 'mask'],
  [{ height: 224, width: 224 }, [[1, 7]], 'classification', undefined],
  [{ height: 224, width: 224 }, [[1, 1000, 1, 1]], 'classification', undefined],
  [
    { height: 224, width: 224 },
    [
      [1, 7],
      [1, 9],
    ],
    'detection',
    'yolov5',
  ],
])('task %# by the forms of outputs', (input, shapes, task, decoder) => {
  const outputs = shapes.map((shape, index) => ({ name: `out${index}`, dtype: 'float32' as const, shape }))
  expect(guessTask(outputs, input, 1)).toMatchObject({ task, decoder })
  // a batch of pictures is the same network
  const batch = outputs.map((output) => ({ ...output, shape: [4, ...output.shape.slice(1)] }))
  expect(guessTask(batch, input, 4)).toEqual(guessTask(outputs, input, 1))
})

test('whole numbers for every pixel are a class map', () => {
  const output = { name: 'map', dtype: 'int64' as const, shape: [1, 64, 96] }
  expect(guessTask([output], { height: 64, width: 96 }, 1)).toMatchObject({
    task: 'segmentation',
    decoder: 'class_map',
  })
})

test.each([
  [19, /^the one data set of label maps, of 19 classes$/],
  [2, /its 19 classes are not the 2 of this network, which infer calls class 0, class 1/],
])('label maps of %i classes', (classes, why) => {
  const form = { height: 64 }
  const guess = guessDataset({ task: 'segmentation', classes, why: undefined, decoder: 'logits' }, form)
  expect(guess).toMatchObject({ dataset: 'cityscapes', why: expect.stringMatching(why) })
})
