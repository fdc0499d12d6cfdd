import { describe, expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { engine, fusedOperators, proveFully, rms, runAt } from '../../test/support/quantized-network.ts'
import { randomFeeds } from '../../test/support/random.ts'
import { resolvedInput } from '../../test/support/resolved-input.ts'
import type { Model } from '../ir/model.ts'
import { insertCalibration } from '../quantize/calibrated.ts'
import { ints } from '../ir/node.ts'
import { silent } from '../reporter.ts'
import { floatReference, writeRanges } from '../stages/float-reference.ts'
import { planGraph } from '../stages/plan.ts'
import { quantizeStage } from '../stages/quantize.ts'
import { type Choice, chooseCalibration, type ChooseInput, DEFAULT_CANDIDATES } from './choose.ts'
import { methodLabel } from './methods/index.ts'

/** Conv -> Relu (or values mostly above 0) -> depthwise Conv -> Relu -> Conv; the first Conv's channels differ by a factor of 13. */
function unequalChannels(isRectified = true): Model {
  const network = new Network(11)
  const x = network.input('x', [1, 3, 8, 8])
  const weight = network.random([4, 3, 1, 1])
  const values = network.graph.constant(weight)!.floats()
  for (let i = 0; i < values.length; i++) values[i] *= [8, 1, 0.6, 8][Math.floor(i / 3)]
  const head = isRectified
    ? network.node('Relu', [network.node('Conv', [x, weight])])
    : network.node('Conv', [x, weight, network.floats([8, 1, 0.6, 8])])
  // The small channels weigh as much as the large ones.
  const wise = network.random([4, 1, 3, 3])
  const scales = network.graph.constant(wise)!.floats()
  for (let i = 0; i < scales.length; i++) scales[i] /= [8, 1, 0.6, 8][Math.floor(i / 9)]
  const second = network.node('Conv', [head, wise, network.random([4], 0.1)], {
    group: { type: 'int', value: 4 },
    pads: ints([1, 1, 1, 1]),
  })
  network.output(network.conv(network.node('Relu', [second]), [5, 4, 1, 1]))
  return network.model()
}

const facts = {
  stage: 'optimized' as const,
  march: 'bayes' as const,
  inputs: [resolvedInput({ name: 'x', shape: [1, 3, 8, 8], typeTrain: 'featuremap', typeRt: 'featuremap' })],
}

function inputFor(model: Model, options: Partial<ChooseInput>): ChooseInput {
  return {
    engine,
    model,
    planFor: (graph, levels) => planGraph(graph, 'bayes', facts.inputs, levels).plan,
    samples: {
      count: 20,
      names: Array.from({ length: 20 }, (_, i) => String(i)),
      read: (index) => Promise.resolve(randomFeeds(model.graph, index)),
    },
    candidates: DEFAULT_CANDIDATES,
    biasCorrection: undefined,
    reporter: silent,
    ...options,
  }
}

describe('the default choice', () => {
  test('judges the methods, then adds what helps, step by step', async () => {
    const choice = await chooseCalibration(inputFor(unequalChannels(), {}))
    const names = choice.judged.map((entry) => entry.candidate)
    expect(names.slice(0, 3)).toEqual(['max', 'max-percentile:percentile=0.99995', 'kl'])
    expect(names).toHaveLength(6)
    expect(choice.ranges.size).toBe(1)
    const best = Math.max(...choice.judged.map((entry) => entry.similarity))
    const kept = [choice.biasCorrection && 'bias_correction', 'per_channel', choice.asymmetric && 'asymmetric']
    const label = names.find((name) => kept.every((part) => part === false || name.includes(part)))
    expect(choice.judged.find((entry) => entry.candidate === label)!.similarity).toBe(best)
  })

  test('what it chose quantizes exactly, and is compared with a float model of the same function', async () => {
    const model = unequalChannels()
    const choice = await chooseCalibration(inputFor(model, {}))
    const calibrated = insertCalibration(choice.model, choice.plan, choice.calibration)
    writeRanges(calibrated, choice.ranges)
    const { quantized } = quantizeStage(calibrated, facts)
    const feeds = randomFeeds(model.graph, 3)
    const report = await proveFully({ quantized, feeds })
    expect(report.ok).toBe(true)
    expect(report.nodes).toHaveLength(3)
    const [expected] = (await runAt(model, 'disabled', feeds)).values()
    const [reference] = (await runAt(floatReference(model, calibrated, facts), 'disabled', feeds)).values()
    expect(rms(expected, reference)).toBeLessThan(1e-5)
  })
})

test('one method is used as it is: nothing judged, nothing added', async () => {
  const model = unequalChannels()
  const choice = await chooseCalibration(inputFor(model, { candidates: [{ name: 'kl' }], biasCorrection: false }))
  expect(choice).toMatchObject({ method: { name: 'kl' }, biasCorrection: false, asymmetric: false, judged: [] })
  expect(choice.ranges.size).toBe(0)
  expect(choice.model).toBe(model)
})

test('the word of the user on bias correction holds', async () => {
  const off = await chooseCalibration(inputFor(unequalChannels(), { biasCorrection: false }))
  expect(off.judged.some((entry) => entry.candidate.includes('bias_correction'))).toBe(false)
  const on = await chooseCalibration(inputFor(unequalChannels(), { biasCorrection: true }))
  expect(on.biasCorrection).toBe(true)
})

test('a network without inner tensors is calibrated from its input', async () => {
  const network = new Network()
  network.output(network.conv(network.input('x', [1, 3, 8, 8]), [4, 3, 3, 3]))
  const choice = await chooseCalibration(inputFor(network.model(), {}))
  const threshold = choice.calibration.thresholds.get('x')!
  expect(threshold).toBeGreaterThan(0.99)
  expect(threshold).toBeLessThanOrEqual(1)
})

describe('what the user asks for beside a method', () => {
  const explicit = { candidates: [{ name: 'max' }] as const, biasCorrection: false }

  test('per_channel: ranges where a depthwise Conv makes them exact, whatever the method', async () => {
    const model = unequalChannels()
    const choice = await chooseCalibration(inputFor(model, { ...explicit, perChannel: true }))
    expect([...choice.ranges.keys()]).toEqual(['relu3_y'])
    expect(choice.asymmetric).toBe(false)
    expect(await errorOf(model, choice)).toBeLessThan(
      await errorOf(model, await chooseCalibration(inputFor(model, explicit))),
    )
  })

  test('asymmetric: codes with a zero point where unpadded Convs alone read a tensor, and nowhere else', async () => {
    const model = unequalChannels()
    const choice = await chooseCalibration(inputFor(model, { ...explicit, asymmetric: true }))
    const wide = [...choice.plan.quantizers.values()].filter(({ levels }) => levels === 255)
    expect(wide.map(({ tensor }) => tensor)).toEqual(['relu7_y'])
    expect(choice.ranges.size).toBe(0)
  })

  test('both together still quantize exactly', async () => {
    const model = unequalChannels()
    const choice = await chooseCalibration(inputFor(model, { ...explicit, perChannel: true, asymmetric: true }))
    const wide = [...choice.plan.quantizers.values()].filter(({ levels }) => levels === 255)
    expect(wide.map(({ tensor }) => tensor)).toEqual(['relu7_y'])
    const calibrated = insertCalibration(choice.model, choice.plan, choice.calibration)
    const { quantized } = quantizeStage(calibrated, facts)
    const report = await proveFully({ quantized, feeds: randomFeeds(model.graph, 3) })
    expect(report.ok).toBe(true)
    const operators = await fusedOperators(quantized)
    expect([operators['QLinearConv'], operators['Conv']]).toEqual([2, 1])
  })
})

describe('march generic', () => {
  const generic = { ...facts, march: 'generic' as const }
  const planFor: ChooseInput['planFor'] = (graph, levels) => planGraph(graph, 'generic', facts.inputs, levels).plan
  const explicit = { candidates: [{ name: 'max' }] as const, biasCorrection: false, asymmetric: true, planFor }

  test.each([
    ['max', {}],
    ['percentile', { candidates: [{ name: 'max-percentile', percentile: 0.99 }] as const }],
    ['kl', { candidates: [{ name: 'kl' }] as const }],
    ['with ranges per channel', { perChannel: true }],
    ['with biases corrected', { biasCorrection: true }],
  ])('asymmetric: a zero point for every activation, %s', async (_, options) => {
    const model = unequalChannels()
    const choice = await chooseCalibration(inputFor(model, { ...explicit, ...options }))
    const codes = [...choice.plan.quantizers.values()].map(({ nonNegative, levels }) => ({ nonNegative, levels }))
    expect(codes.filter(({ nonNegative }) => nonNegative)).toEqual(
      [1, 2].map(() => ({ nonNegative: true, levels: 255 })),
    )
    const { quantized } = quantizeStage(insertCalibration(choice.model, choice.plan, choice.calibration), generic)
    expect((await proveFully({ quantized, feeds: randomFeeds(model.graph, 3) })).ok).toBe(true)
    expect((await fusedOperators(quantized))['QLinearConv']).toBe(2)
  })

  test('asymmetric with ranges per channel: a signed tensor has a zero point for its stretched channels', async () => {
    const model = unequalChannels(false)
    const both = await chooseCalibration(inputFor(model, { ...explicit, perChannel: true }))
    const [tensor] = both.ranges.keys()
    const { nonNegative, levels } = both.plan.quantizers.get(tensor)!
    expect(nonNegative).toBe(false)
    expect(levels).toBeGreaterThan(127)
    expect(levels).toBeLessThan(255)
    const { quantized } = quantizeStage(insertCalibration(both.model, both.plan, both.calibration), generic)
    expect((await proveFully({ quantized, feeds: randomFeeds(model.graph, 3) })).ok).toBe(true)
    for (const alone of [{ perChannel: true, asymmetric: false }, { perChannel: false }]) {
      const other = await chooseCalibration(inputFor(model, { ...explicit, ...alone }))
      expect(await errorOf(model, both)).toBeLessThan(await errorOf(model, other))
    }
  })

  test('the default choice tries it, and keeps what helps', async () => {
    const { judged } = await chooseCalibration(inputFor(unequalChannels(), { planFor }))
    expect(judged.some(({ candidate }) => candidate.endsWith('asymmetric'))).toBe(true)
  })
})

/** Squared error of the calibrated model over a few samples. */
async function errorOf(model: Model, { model: chosen, plan, calibration }: Choice): Promise<number> {
  let sum = 0
  for (let seed = 50; seed < 55; seed++) {
    const feeds = randomFeeds(model.graph, seed)
    const [expected] = (await runAt(model, 'basic', feeds)).values()
    const [actual] = (await runAt(insertCalibration(chosen, plan, calibration), 'basic', feeds)).values()
    sum += rms(expected, actual) ** 2
  }
  return sum
}

describe('mix', () => {
  test('is one candidate more, and no worse on the judging samples than kl', async () => {
    const choice = await chooseCalibration(inputFor(unequalChannels(), { mix: true, biasCorrection: false }))
    expect(choice.judged.map(({ candidate }) => candidate)).toEqual([
      'max',
      'max-percentile:percentile=0.99995',
      'kl',
      'mix',
    ])
    const [max, percentile, kl, mix] = choice.judged.map(({ similarity }) => similarity)
    expect(mix).toBeGreaterThanOrEqual(kl)
    const best = Math.max(max, percentile, kl, mix)
    expect(choice.judged.find(({ candidate }) => candidate === methodLabel(choice.method))!.similarity).toBe(best)
    expect(choice.ranges.size).toBe(0)
  })
})
