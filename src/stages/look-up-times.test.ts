/** The trade around look-ups in a build's report, log and page; and that the files say enough to go on from them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { engine } from '../../test/support/quantized-network.ts'
import { generator } from '../../test/support/random.ts'
import { loadConfig } from '../config/load.ts'
import type { March } from '../config/types.ts'
import { loadModel } from '../files/load-model.ts'
import type { Model } from '../ir/model.ts'
import { Tensor } from '../ir/tensor.ts'
import { writeOnnx } from '../onnx/write.ts'
import { silent } from '../reporter.ts'
import { openNetwork } from '../tune/candidates.ts'
import { readFacts } from './artefacts.ts'
import { buildModel, type BuildResult } from './build.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'look-ups-'))
  writeFileSync(join(folder, 'generic.onnx'), writeOnnx(network('Gelu')))
  writeFileSync(join(folder, 'bayes.onnx'), writeOnnx(network('HardSwish')))
  mkdirSync(join(folder, 'samples'))
  const next = generator(5)
  for (let i = 0; i < 24; i++) {
    const values = Float32Array.from({ length: 512 }, () => 8 * next() - 4)
    writeFileSync(join(folder, 'samples', `${String(i).padStart(2, '0')}.bin`), values)
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Convs with a function between them; one channel of the second is much larger than the others. */
function network(opType: string): Model {
  const net = new Network(6)
  let value = net.input('x', [1, 8, 8, 8])
  for (let i = 0; i < 4; i++) {
    const conv = net.conv(value, [8, 8, 1, 1])
    const [, weight] = net.graph.producer(conv)!.inputs
    const values = net.graph.constant(weight)!.floats()
    const larger = values.map((w, k) => (i === 1 && k < 8 ? 30 * w : w))
    net.graph.setConstant(weight, Tensor.float32([8, 8, 1, 1], larger))
    value = net.node(opType, [conv])
  }
  net.output(net.conv(value, [4, 8, 1, 1]))
  return net.model()
}

async function build(march: March, from?: 'quantize'): Promise<{ result: BuildResult; log: string }> {
  const text = `model_parameters: { onnx_model: ${march}.onnx, march: ${march}, working_dir: ${march} }
input_parameters: { input_type_train: featuremap, input_layout_train: NCHW, input_type_rt: featuremap }
calibration_parameters: { cal_data_dir: samples, cal_data_type: float32 }
`
  const resolvePath = (path: string): string => join(folder, path)
  const config = loadConfig('net.yaml', text, {
    modelType: 'onnx',
    ignoreUnsupported: false,
    resolvePath,
    searchBudget: 15,
  })
  const lines: string[] = []
  const reporter = { ...silent, info: (line: string) => void lines.push(line) }
  return { result: await buildModel(config, { engine, reporter, from }), log: lines.join('\n') }
}

/** Nodes and constants of the quantized model. */
function contentOf({ files }: BuildResult): unknown {
  const { graph } = loadModel(files.quantized)
  return [
    graph.nodes.map(({ name, opType, inputs, outputs }) => ({ name, opType, inputs, outputs })),
    [...graph.constants].map(([name, tensor]) => [name, tensor.numbers()]),
  ]
}

test('march generic: three forms with errors and times; later stages find what was chosen', async () => {
  const { result, log } = await build('generic')
  const { lookups, network } = result.report.lookups!
  const inFloat = lookups.filter(({ form }) => form === 'after only').map(({ lookup }) => lookup)
  expect(inFloat.length).toBeGreaterThan(0)
  for (const { errors, milliseconds, addedTime } of lookups) {
    const forms = ['before and after', 'int16 before', 'after only']
    for (const part of [errors, milliseconds, addedTime]) expect(Object.keys(part)).toEqual(forms)
    expect(Object.values(milliseconds).every((time) => time > 0)).toBe(true)
  }
  expect(network!.plain).toBeGreaterThan(0)
  expect(network!.built).toBeGreaterThan(0)
  expect(log).toMatch(
    /Look-up +Form +Error, before and after +Error, int16 before +Error, after only +ms, before and after/,
  )
  expect(log).toMatch(/The network takes [\d.]+ ms with these look-ups/)
  expect(readFileSync(result.reportPage, 'utf8')).toContain('"lookups":{"lookups"')
  const rows = result.nodes.filter(({ node }) => inFloat.includes(node))
  expect(rows.map(({ dataType }) => dataType)).toEqual(inFloat.map(() => 'float'))

  const calibrated = loadModel(result.files.calibrated)
  expect(readFacts(calibrated)!.afterOnly!.toSorted()).toEqual(inFloat.toSorted())
  const { plan, calibration } = openNetwork(calibrated).state
  expect([...plan.afterOnly].toSorted()).toEqual(inFloat.toSorted())
  expect([...plan.quantizers.keys()].toSorted()).toEqual([...calibration.thresholds.keys()].toSorted())
  const built = contentOf(result)
  expect(contentOf((await build('generic', 'quantize')).result)).toEqual(built)
})

test('bayes: two forms, and every function stays between codes', async () => {
  const { result, log } = await build('bayes')
  const { lookups } = result.report.lookups!
  expect(lookups.length).toBeGreaterThan(0)
  for (const { form, errors, milliseconds } of lookups) {
    expect(form).not.toBe('after only')
    for (const part of [errors, milliseconds]) expect(Object.keys(part)).toEqual(['before and after', 'int16 before'])
  }
  expect(log).toContain('Where quantizers sit around look-ups')
  expect(log).not.toContain('after only')
  expect(readFacts(loadModel(result.files.quantized))!.afterOnly).toEqual([])
})
