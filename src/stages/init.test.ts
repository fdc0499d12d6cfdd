import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { modelsAtHand } from '../../test/support/models.ts'
import { Network } from '../../test/support/network.ts'
import { loadModel } from '../files/load-model.ts'
import { writeOnnx } from '../onnx/write.ts'
import { fixInputShapes, inferTypes } from '../ops/infer.ts'
import { resolveInputs } from '../prepare/resolve-inputs.ts'
import { initConfig } from './init.ts'
import { loadConfigFile } from './load-config-file.ts'

let folder = ''
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'init-'))))
afterAll(() => rmSync(folder, { recursive: true }))

test.each(modelsAtHand().filter(({ path }) => !path.includes('model_output')))(
  'the YAML for $name loads and fits the model',
  ({ name, path }) => {
    const output = join(folder, `${name}.yaml`)
    initConfig({ onnx: path }, { march: 'bayes', output, force: false })
    const config = loadConfigFile(output)
    expect(config.model).toMatchObject({ files: { onnx: path }, march: 'bayes' })
    const { graph } = loadModel(path)
    fixInputShapes(graph, new Map(config.inputs.map((input) => [input.name!, input.shape!])))
    inferTypes(graph)
    expect(resolveInputs(graph, config.inputs)).toHaveLength(graph.inputs.length)
  },
)

test('two inputs stand side by side, each with a folder of its own', () => {
  const network = new Network()
  const image = network.conv(network.input('image', [1, 3, 8, 8]), [4, 3, 1, 1])
  network.output(network.node('Mul', [image, network.input('it is/a mask', [1, 4, 8, 8])]))
  const path = join(folder, 'two.onnx')
  writeFileSync(path, writeOnnx(network.model()))
  const output = join(folder, 'two.yaml')
  const { guesses } = initConfig({ onnx: path }, { march: 'generic', output, force: false })
  expect(guesses.map((guess) => guess.key)).toContain('norm_type')
  const [first, second] = loadConfigFile(output).inputs
  expect([first.name, first.typeTrain, first.normType]).toEqual(['image', 'rgb', 'data_scale'])
  expect([second.name, second.typeTrain, second.normType]).toEqual(['it is/a mask', 'featuremap', 'no_preprocess'])
  expect(first.calDataDir).not.toBe(second.calDataDir)
})

test('a shape given for an open input is no guess', () => {
  const network = new Network()
  network.output(network.conv(network.input('image', [1, 3, 8, 8]), [4, 3, 1, 1]))
  const model = network.model()
  model.graph.inputs[0].shape = ['n', 3, 'h', 'w']
  const path = join(folder, 'open.onnx')
  writeFileSync(path, writeOnnx(model))
  const inputShapes = new Map([['image', [1, 3, 64, 48]]])
  const output = join(folder, 'open.yaml')
  const { guesses } = initConfig({ onnx: path }, { march: 'bayes', output, force: false, inputShapes })
  expect(guesses.map((guess) => guess.key)).not.toContain('input_shape')
  expect(loadConfigFile(output).inputs[0].shape).toEqual([1, 3, 64, 48])
})

test('an existing file is kept unless the user insists', () => {
  const output = join(folder, 'mine.yaml')
  writeFileSync(output, 'mine')
  const [model] = modelsAtHand()
  expect(() => initConfig({ onnx: model.path }, { march: 'bayes', output, force: false })).toThrow(/exists already/)
  expect(readFileSync(output, 'utf8')).toBe('mine')
  initConfig({ onnx: model.path }, { march: 'bayes', output, force: true })
  expect(readFileSync(output, 'utf8')).toContain('model_parameters:')
  expect(existsSync(output)).toBe(true)
})
