import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { engine, runners } from '../../test/support/quantized-network.ts'
import { generator } from '../../test/support/random.ts'
import type { SampleSource } from '../calibrate/collect.ts'
import type { Model } from '../ir/model.ts'
import { int, ints } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { Runners } from '../runners/runners.ts'
import { onnxEngine } from '../runtime/engine.ts'
import { applyCorrections, biasCorrections } from './bias-correction.ts'
import { completeCalibration, insertCalibration } from './calibrated.ts'
import { placeQuantizers } from './place.ts'
import type { ActivationQuantizer, QuantizationPlan } from './plan.ts'
import { SHARES } from './round-layer.ts'
import { applyRounding, roundWeights } from './weight-rounding.ts'
import { quantizeWeight, weightScales, weightThresholds } from './weights.ts'

const SHAPE = [1, 4, 9, 9]
const COUNT = 20

/** Smooth samples: neighbours and channels are alike, which is what rounding can make use of. */
const samples: SampleSource = {
  count: COUNT,
  names: Array.from({ length: COUNT }, (_, i) => `${i}`),
  read(index) {
    const next = generator(index + 5)
    const [phase, slope, level] = [6 * next(), next(), next()]
    const values = Array.from({ length: 4 * 81 }, (_, k) => {
      const [channel, at] = [Math.floor(k / 81), k % 81]
      return level + slope * Math.sin(phase + at / 20 + channel / 3) + 0.05 * next()
    })
    return Promise.resolve(new Map([['x', Tensor.float32(SHAPE, values)]]))
  },
}

/** A Conv with padding and strides, a depthwise one, a Conv of two groups, one without bias, and a Gemm. */
function network(seed: number): Model {
  const net = new Network(seed)
  const pads = ints([1, 1, 1, 1])
  let x = net.node('Relu', [net.conv(net.input('x', SHAPE), [8, 4, 3, 3], { pads, strides: ints([2, 2]) })])
  x = net.node('Relu', [net.conv(x, [8, 1, 3, 3], { pads, group: int(8) })])
  x = net.node('Relu', [net.conv(x, [8, 4, 1, 1], { group: int(2) })])
  x = net.node('Conv', [x, net.random([8, 8, 1, 1], 0.6)])
  const pooled = net.node('Flatten', [net.node('GlobalAveragePool', [x])])
  net.output(net.node('Gemm', [pooled, net.random([5, 8], 0.6), net.random([5], 0.1)], { transB: int(1) }))
  return net.model()
}

const place = (model: Model): QuantizationPlan =>
  placeQuantizers(model.graph, { accelerated: () => true, levels: () => 32767, preprocessRange: () => undefined })

/** Activations in 16 bits, so that weights alone lose. */
function calibrationOf(model: Model) {
  const plan = place(model)
  const thresholds = new Map([...plan.quantizers.keys()].map((tensor) => [tensor, 16]))
  return { plan, calibration: completeCalibration(model.graph, plan, thresholds) }
}

const data = { samples, runners: runners(), indices: Array.from({ length: COUNT }, (_, i) => i) }

/** Round a model, which may have other biases than `reference`. */
async function round(model: Model, movesBiases: boolean, reference = model) {
  const state = { model, ...calibrationOf(model), reference }
  return roundWeights({ engine, ...state, ...data, memoryBytes: 2 ** 24, movesBiases })
}

/** Mean squared error at the output of a calibrated model. */
async function errorOf(float: Model, model: Model): Promise<number> {
  const { plan, calibration } = calibrationOf(model)
  const sessions = [await engine.open(float, 'basic')]
  sessions.push(await engine.open(insertCalibration(model, plan, calibration), 'basic'))
  let sum = 0
  for (let i = 0; i < COUNT; i++) {
    const feeds = await samples.read(i)
    const [expected, actual] = await Promise.all(
      sessions.map(async (session) => [...(await session.run(feeds)).values()]),
    )
    const difference = expected[0].floats().map((value, k) => value - actual[0].floats()[k])
    sum += difference.reduce((total, value) => total + value ** 2, 0)
  }
  for (const session of sessions) await session.release()
  return sum / COUNT
}

test('the output error falls well below that of the nearest codes', async () => {
  let [nearest, rounded] = [0, 0]
  for (const seed of [1, 2, 3, 4]) {
    const model = network(seed)
    nearest += await errorOf(model, model)
    rounded += await errorOf(model, applyRounding(model, await round(model, false)))
  }
  expect(rounded).toBeLessThan(0.6 * nearest)
})

test('behind a bias correction it falls further, and biases keep the means', async () => {
  let [nearest, rounded] = [0, 0]
  for (const seed of [1, 2, 3, 4]) {
    const model = network(seed)
    const state = { model, ...calibrationOf(model), reference: model }
    const corrections = await biasCorrections({ ...state, ...data, onProgress: () => {} })
    const corrected = applyCorrections(model, state.plan, corrections)
    nearest += await errorOf(model, corrected)
    rounded += await errorOf(model, applyRounding(corrected, await round(corrected, true, model)))
  }
  expect(rounded).toBeLessThan(0.8 * nearest)
})

test('a layer that meets fewer inputs than two per column keeps the nearest codes', async () => {
  const net = new Network(1)
  const flat = net.node('Flatten', [net.input('x', SHAPE)])
  net.output(net.node('Gemm', [flat, net.random([16, 324], 0.6), net.random([16], 0.1)], { transB: int(1) }))
  expect([...(await round(net.model(), false)).keys()]).toEqual([])
})

test('rounded weights give the scales they were rounded for, round to themselves, and biases stay where they must', async () => {
  let cut = 0
  for (const seed of [5, 6, 7]) {
    const model = network(seed)
    const { plan, calibration } = calibrationOf(model)
    const layers = await round(model, false)
    expect([...layers.keys()]).toEqual(plan.weighted.map(({ node }) => node.name))
    let changed = 0
    for (const unit of plan.weighted) {
      const { weight, bias } = layers.get(unit.node.name)!
      const thresholds = calibration.weights.get(unit.node.name)!
      expect(bias).toBeUndefined()
      const chosen = weightThresholds(weight, unit.axis, undefined, 1)
      for (const [c, threshold] of chosen.entries()) {
        const share = threshold / thresholds[c]
        expect(SHARES.some((known) => Math.abs(share - known) < 1e-6)).toBe(true)
        if (share < 1) cut++
      }
      const scales = weightScales(chosen)
      const codes = quantizeWeight(weight, unit.axis, scales, 0).data as Int8Array
      const perChannel = weight.size / scales.length
      for (const [i, value] of weight.floats().entries()) {
        expect(Math.abs(value / scales[Math.floor(i / perChannel)] - codes[i])).toBeLessThan(1e-4)
      }
      const nearest = quantizeWeight(model.graph.constant(unit.weight)!, unit.axis, scales, 0).data as Int8Array
      for (const [i, code] of nearest.entries()) if (code !== codes[i]) changed++
    }
    expect(changed).toBeGreaterThan(0)
  }
  expect(cut).toBeGreaterThan(0)
})

test('s q rounds to q for every scale and code', () => {
  const next = generator(1)
  for (let trial = 0; trial < 200; trial++) {
    const scale = Math.fround(10 ** (8 * next() - 6))
    const codes = Array.from({ length: 255 }, (_, i) => i - 127)
    const tensor = Tensor.float32(
      [1, 255],
      codes.map((code) => code * scale),
    )
    expect(quantizeWeight(tensor, 0, Float32Array.of(scale), 0).numbers()).toEqual(codes)
  }
})

test('layers are rounded alike where nothing quantizes what they read: a graph input, both halves of a Split', async () => {
  const net = new Network(9)
  const first = net.conv(net.input('x', SHAPE), [8, 4, 3, 3])
  const [a, b] = net.nodes('Split', [first], 2, { axis: int(1), num_outputs: int(2) })
  net.output(net.node('Add', [net.conv(a, [4, 4, 1, 1]), net.conv(b, [4, 4, 1, 1])]))
  const model = net.model()
  const { plan, calibration } = calibrationOf(model)
  const bare = { ...plan, quantizers: new Map<string, ActivationQuantizer>() }
  const names = async (some: QuantizationPlan): Promise<string[]> => {
    const state = { model, plan: some, calibration, reference: model }
    const layers = await roundWeights({ engine, ...state, ...data, memoryBytes: 2 ** 24, movesBiases: true })
    return [...layers.keys()].toSorted((one, other) => one.localeCompare(other))
  }
  expect(await names(bare)).toEqual(await names(plan))
  expect(await names(bare)).toHaveLength(3)
})

test('biases and weights are the same on threads, where samples join late, too', async () => {
  const model = network(5)
  const state = { model, ...calibrationOf(model), reference: model }
  const measured = async (own: Runners) => {
    try {
      const input = { ...state, ...data, runners: own, memoryBytes: 2 ** 14 }
      const layers = await roundWeights({ engine, ...input, movesBiases: true })
      // New samples: float means are known of those that were met.
      const fresh = { ...samples }
      const corrections = await biasCorrections({ ...input, samples: fresh, onProgress: () => {} })
      return { layers: [...layers], corrections: [...corrections] }
    } finally {
      await own.release()
    }
  }
  const inline = await measured(runners())
  expect(inline.layers.length).toBeGreaterThan(1)
  expect(await measured(new Runners(onnxEngine(2).runners!(2)))).toEqual(inline)
})
