/** The answer after a build: the lines it prints, pasted into the YAML, make the next build better. */
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { engine } from '../../test/support/quantized-network.ts'
import { generator } from '../../test/support/random.ts'
import { loadConfig, type LoadOptions } from '../config/load.ts'
import { ints } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { writeOnnx } from '../onnx/write.ts'
import { costLines } from '../report/cost-lines.ts'
import { silent } from '../reporter.ts'
import { buildModel, type BuildResult } from './build.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'costs-'))
  writeFileSync(join(folder, 'net.onnx'), writeOnnx(spoiltNetwork()))
  mkdirSync(join(folder, 'samples'))
  const next = generator(5)
  for (let i = 0; i < 30; i++) {
    const values = Float32Array.from({ length: 192 }, () => 2 * next() - 1)
    writeFileSync(join(folder, 'samples', `${String(i).padStart(2, '0')}.bin`), values)
  }
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Convs in a row; one channel of the second is a thousand times as large as the others, and the third hardly uses it. */
function spoiltNetwork() {
  const net = new Network(3)
  const pads = { pads: ints([1, 1, 1, 1]) }
  const first = net.node('Relu', [net.conv(net.input('x', [1, 3, 8, 8]), [8, 3, 3, 3], pads)])
  const second = net.conv(first, [8, 8, 1, 1])
  const third = net.conv(net.node('Relu', [second]), [8, 8, 1, 1])
  const scale = (value: string, factor: (index: number) => number): void => {
    const name = net.graph.producer(value)!.inputs[1]
    const values = net.graph
      .constant(name)!
      .floats()
      .map((weight, index) => weight * factor(index))
    net.graph.setConstant(name, Tensor.float32([8, 8, 1, 1], values))
  }
  scale(second, (index) => (Math.floor(index / 8) === 7 ? 1000 : 1))
  scale(third, (index) => (index % 8 === 7 ? 1 / 3000 : 1))
  net.output(net.conv(net.node('Relu', [third]), [4, 8, 3, 3], pads))
  return net.model()
}

const YAML = (march: string, model = '', calibration = '') => `model_parameters:
  onnx_model: net.onnx
  march: ${march}
  working_dir: out
${model}input_parameters:
  input_type_train: featuremap
  input_layout_train: NCHW
  input_type_rt: featuremap
calibration_parameters:
  cal_data_dir: samples
  cal_data_type: float32
${calibration}`

const int16 = (...names: string[]): string =>
  `  node_info: {${names.map((name) => `${name}: {InputType: int16}`).join(', ')}}\n`

function build(text: string, options: Partial<LoadOptions> = {}): Promise<BuildResult> {
  const config = loadConfig('net.yaml', text, {
    modelType: 'onnx',
    ignoreUnsupported: false,
    resolvePath: (path) => join(folder, path),
    int16: 'forbidden',
    biasCorrection: false,
    searchBudget: 2,
    ...options,
  })
  return buildModel(config, { engine, reporter: silent })
}

const remaining = ({ report }: BuildResult) => report.calibration!.search!.remaining

describe('what costs accuracy', () => {
  test('names the activation, and the printed lines lower the error of the next build', async () => {
    const before = await build(YAML('bayes'))
    const { costs, fix, hints } = before.report.costs!
    expect(costs[0]).toMatchObject({ fix: 'int16', tensors: ['relu8_y'], readers: ['conv11'] })
    expect(costs[0].macs).toBeGreaterThan(0)
    expect(hints.join()).toContain('--int16 forbidden')
    const [group, line] = fix!.yaml
    expect(group).toBe('model_parameters:')
    expect(costLines(before.report.costs!)).toContain(`    ${line}`)
    expect(readFileSync(before.reportPage, 'utf8')).toContain('"costs":{"summary"')

    const after = await build(YAML('bayes', `${line}\n`))
    expect(remaining(after).error).toBeLessThan(0.5 * remaining(before).error)
    expect(after.report.requests.length).toBeGreaterThan(0)
    for (const request of after.report.requests) expect(request).toMatchObject({ realised: 'int16', isMet: true })
  })

  test('offers float where the march has no int16, and that works as well', async () => {
    const before = await build(YAML('bernoulli2'))
    const { costs, fix } = before.report.costs!
    expect(costs[0].fix).toBe('float')
    const [group, line] = fix!.yaml
    expect(group).toBe('calibration_parameters:')
    const after = await build(YAML('bernoulli2', '', `${line}\n`))
    expect(remaining(after).error).toBeLessThan(remaining(before).error)
    expect(after.report.requests).toContainEqual(
      expect.objectContaining({ requested: 'CPU', realised: 'float', isMet: true }),
    )
  })

  test('says in one sentence that there is nothing, or that nothing was measured', async () => {
    const unmeasured = await build(YAML('bayes', '', '  calibration_type: max\n'))
    expect(unmeasured.report.costs).toMatchObject({ costs: [], fix: undefined })
    expect(costLines(unmeasured.report.costs!).join('\n')).toMatch(/not measured[^]*openmapper sensitivity .*--top 5/)
    const wide = await build(YAML('bayes', int16('conv3', 'conv7', 'conv11', 'conv15')))
    expect(wide.report.costs!.costs).toEqual([])
    expect(costLines(wide.report.costs!)[1]).toMatch(/^No activation costs accuracy worth fixing/)
  })

  test('a request that a march or a node cannot meet is listed with its reason', async () => {
    const { report } = await build(YAML('bernoulli2', int16('conv11', 'relu12')))
    expect(report.requests).toEqual([
      {
        node: 'conv11',
        requested: 'int16',
        realised: 'int8',
        isMet: false,
        reason: "march 'bernoulli2' has no int16 Conv",
      },
      {
        node: 'relu12',
        requested: 'int16',
        realised: undefined,
        isMet: false,
        reason: 'it is computed inside conv11: ask for that node',
      },
    ])
    expect(report.thresholds.every(({ levels }) => levels !== 32767)).toBe(true)
  })
})
