import { describe, expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { runAt } from '../../test/support/quantized-network.ts'
import { withOutputs } from '../calibrate/observe.ts'
import type { Model } from '../ir/model.ts'
import { Tensor } from '../ir/tensor.ts'
import { readOnnx } from '../onnx/read.ts'
import { writeOnnx } from '../onnx/write.ts'
import { quantizeStage } from '../stages/quantize.ts'
import { resolvedInput } from '../../test/support/resolved-input.ts'
import { type Calibration, completeCalibration, insertCalibration, readCalibration } from './calibrated.ts'
import { placeQuantizers } from './place.ts'
import type { Levels, QuantizationPlan } from './plan.ts'

const WIDTH = 8

const facts = {
  stage: 'calibrated' as const,
  march: 'generic' as const,
  inputs: [resolvedInput({ name: 'x', shape: [1, 1, 1, WIDTH], typeTrain: 'featuremap', typeRt: 'featuremap' })],
}

/** x -> Relu -> Conv 1x1, and x -> Conv 1x1: one quantizer of each sign. */
function network(weight: readonly number[]): Model {
  const n = new Network()
  const x = n.input('x', [1, 1, 1, WIDTH])
  const positive = n.node('Relu', [x])
  for (const value of [positive, x]) {
    n.output(n.node('Conv', [value, n.floats(weight, [weight.length, 1, 1, 1]), n.floats(weight.map(() => 0))]))
  }
  return n.model()
}

function calibrate(model: Model, threshold: number, levels: Levels = 127) {
  const plan: QuantizationPlan = placeQuantizers(model.graph, {
    accelerated: () => true,
    levels: () => levels,
    preprocessRange: () => undefined,
  })
  const thresholds = new Map([...plan.quantizers.keys()].map((tensor) => [tensor, threshold]))
  const calibration = completeCalibration(model.graph, plan, thresholds)
  return { plan, calibration, calibrated: insertCalibration(model, plan, calibration) }
}

/** Values behind the HzCalibration node of a value, at every level. */
async function calibratedValues(model: Model, value: string, feed: readonly number[]): Promise<number[][]> {
  const output = model.graph.consumers(value).find((node) => node.opType === 'HzCalibration')!.outputs[0]
  const feeds = new Map([['x', Tensor.float32([1, 1, 1, WIDTH], feed)]])
  const results: number[][] = []
  for (const level of ['disabled', 'basic', 'extended', 'all'] as const) {
    const values = (await runAt(withOutputs(model, [output]), level, feeds)).get(output)!.numbers()
    results.push(values.map((number) => number + 0))
  }
  return results
}

const four = <T>(value: T): T[] => [value, value, value, value]

test('a calibrated model taken up from its file gives the bytes of one that never was in a file', () => {
  const { calibrated } = calibrate(network([1]), 127)
  const quantized = (from: Model): Uint8Array => writeOnnx(quantizeStage(from, facts).quantized)
  expect(quantized(readOnnx(writeOnnx(calibrated), { source: 'file' }))).toEqual(quantized(calibrated))
})

describe('HzCalibration', () => {
  const feed = [-300, -128.4, -127.5, -0.5, 0.5, 1.5, 126.6, 300]

  test('signed codes are -128..127, halves go to even', async () => {
    const { calibrated } = calibrate(network([1]), 127)
    expect(await calibratedValues(calibrated, 'x', feed)).toEqual(four([-128, -128, -128, 0, 0, 2, 127, 127]))
  })

  test('codes of tensors that are never negative begin at 0', async () => {
    const { calibrated } = calibrate(network([1]), 254)
    // steps of 2: 0.25 -> 0, 0.75 -> 1, 63.3 -> 63, 150 -> 127
    expect(await calibratedValues(calibrated, 'relu1_y', feed)).toEqual(four([0, 0, 0, 0, 0, 2, 126, 254]))
  })

  test('16 bits', async () => {
    const { calibrated } = calibrate(network([1]), 32767, 32767)
    expect(await calibratedValues(calibrated, 'x', [-4e4, -32768, -300.4, 0, 0, 0, 300.6, 4e4])).toEqual(
      four([-32768, -32768, -300, 0, 0, 0, 301, 32767]),
    )
  })

  test('weights have a step per channel', async () => {
    // 12.7 / 127 = 0.1 and 254 / 127 = 2; both are the maxima of their channels
    const { calibrated } = calibrate(network([12.7, -254]), 127)
    const [weight] = calibrated.graph.nodes.filter((node) => node.inputs[0].startsWith('constant'))
    expect(weight.floats('thresholds')).toEqual([Math.fround(12.7), 254])
    expect(weight.ints('shape')).toEqual([-1, 1, 1, 1])
    const [output] = calibrated.graph.outputs
    const values = (await runAt(calibrated, 'disabled', new Map([['x', Tensor.float32([1, 1, 1, WIDTH], feed)]])))
      .get(output.name)!
      .numbers()
    expect(values[5]).toBeCloseTo(2 * 12.7, 4)
    expect(values[WIDTH + 5]).toBe(2 * -254)
  })
})

test('reading the calibrated file gives back the model and the calibration', () => {
  const model = network([12.7, -254])
  const { calibrated, calibration } = calibrate(model, 3.3, 127)
  const read = readCalibration(readOnnx(writeOnnx(calibrated), { source: 'calibrated' }))
  const rounded: Calibration = {
    ...calibration,
    thresholds: new Map([...calibration.thresholds].map(([tensor, value]) => [tensor, Math.fround(value)])),
  }
  expect(read.calibration).toEqual(rounded)
  expect(read.model.functions).toEqual([])
  const text = (graph: Model['graph']): string[] =>
    graph.nodes.map((node) => `${node.outputs} = ${node.opType}(${node.inputs})`).sort()
  expect(text(read.model.graph)).toEqual(text(model.graph))
})
