import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { proveFully, quantizeNetwork, runAt } from '../../test/support/quantized-network.ts'
import { told } from '../../test/support/told.ts'
import type { Adjustment } from '../config/types.ts'
import type { Model } from '../ir/model.ts'
import { ints } from '../ir/node.ts'
import { readCalibration } from '../quantize/calibrated.ts'
import { adjustCalibrated } from './adjust.ts'
import { readFacts } from './artefacts.ts'
import { quantizeStage, type QuantizedResult } from './quantize.ts'

function network(): Model {
  const net = new Network(8)
  const pads = { pads: ints([1, 1, 1, 1]) }
  let value = net.input('x', [1, 3, 8, 8])
  for (let i = 0; i < 4; i++) value = net.node('Relu', [net.conv(value, [8, i === 0 ? 3 : 8, 3, 3], pads)])
  net.output(net.conv(net.node('MaxPool', [value], { kernel_shape: ints([2, 2]) }), [4, 8, 1, 1]))
  return net.model()
}

const plain = await quantizeNetwork(network())
const tensors = [...plain.plan.quantizers.keys()]

function adjusted(changes: [string, Adjustment][]): { calibrated: Model; result: QuantizedResult } {
  const calibrated = adjustCalibrated(plain.calibrated, new Map(changes))
  return { calibrated, result: quantizeStage(calibrated, readFacts(calibrated)!) }
}

const prove = async ({ quantized }: QuantizedResult): Promise<boolean> =>
  (await proveFully({ quantized, feeds: plain.feeds })).ok

test('another threshold, and nothing else', async () => {
  const { calibrated, result } = adjusted([[tensors[1], { threshold: 0.5, bits: 8 }]])
  const { calibration } = readCalibration(calibrated)
  const before = readCalibration(plain.calibrated).calibration
  expect(calibration.thresholds.get(tensors[1])).toBe(0.5)
  expect(new Map([...calibration.thresholds].filter(([name]) => name !== tensors[1]))).toEqual(
    new Map([...before.thresholds].filter(([name]) => name !== tensors[1])),
  )
  expect(calibration.levels).toEqual(before.levels)
  expect(await prove(result)).toBe(true)
})

test("tensors that move each other's values change together", () => {
  const pooled = plain.optimized.graph.nodes.find((node) => node.is('MaxPool'))!
  const { calibrated } = adjusted([[pooled.outputs[0], { threshold: 2, bits: 16 }]])
  const { thresholds, levels } = readCalibration(calibrated).calibration
  for (const tensor of [pooled.inputs[0], pooled.outputs[0]]) {
    expect([thresholds.get(tensor), levels.get(tensor)]).toEqual([2, 32767])
  }
})

test('int16 and float on the CPU are realised, and bring the result closer to float', async () => {
  const [output] = plain.original.graph.outputs
  const float = (await runAt(plain.original, 'basic', plain.feeds)).get(output.name)!.floats()
  const distance = async (model: Model): Promise<number> => {
    const values = (await runAt(model, 'all', plain.feeds)).get(output.name)!.floats()
    return Math.hypot(...values.map((value, i) => value - float[i]))
  }
  const maxima = readCalibration(plain.calibrated).calibration.thresholds
  const wide = adjusted(tensors.map((tensor) => [tensor, { threshold: maxima.get(tensor)!, bits: 16 }]))
  expect([...wide.result.calibration.levels.values()]).toEqual(tensors.map(() => 32767))
  expect(await prove(wide.result)).toBe(true)
  const names = plain.plan.weighted.slice(0, 4).map(({ node }) => node.name)
  const mixed = adjusted(names.map((name) => [name, 'CPU']))
  expect(readFacts(mixed.calibrated)!.cpuNodes).toEqual(names)
  expect(names.map((name) => mixed.result.placements.get(name)!.on)).toEqual(names.map(() => 'CPU'))
  expect(mixed.result.plan.weighted).toHaveLength(1)
  expect(await prove(mixed.result)).toBe(true)
  const before = await distance(plain.quantized)
  expect(await distance(wide.result.quantized)).toBeLessThan(before)
  expect(await distance(mixed.result.quantized)).toBeLessThan(before)
})

test('a name that the model does not have is answered with the nearest', () => {
  const wrong = `${tensors[1]}x`
  expect(told(() => adjusted([[wrong, { threshold: 1, bits: 8 }]]))).toBe(
    `CONFIG_UNKNOWN_NODE
the model has no quantized tensor named '${wrong}'
at: calibration_parameters.adjustments
fix: did you mean '${tensors[1]}'?`,
  )
})

test('a zero point stays under another threshold', async () => {
  const net = new Network(8)
  const first = net.conv(net.input('x', [1, 3, 8, 8]), [8, 3, 1, 1])
  net.output(net.conv(net.conv(first, [8, 8, 1, 1]), [4, 8, 1, 1]))
  const { calibrated, feeds } = await quantizeNetwork(net.model(), { asymmetric: true })
  const { thresholds, levels } = readCalibration(calibrated).calibration
  const [tensor, codes] = [...levels].find(([, own]) => own !== 127 && own !== 255)!
  const threshold = thresholds.get(tensor)! * 0.8
  const changed = adjustCalibrated(calibrated, new Map([[tensor, { threshold, bits: 8 }]]))
  const after = readCalibration(changed).calibration
  expect([after.thresholds.get(tensor), after.levels.get(tensor)]).toEqual([threshold, codes])
  const { quantized } = quantizeStage(changed, readFacts(changed)!)
  expect((await proveFully({ quantized, feeds })).ok).toBe(true)
})
