import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { generator } from '../../test/support/random.ts'
import { search as searchIn } from '../../test/support/search.ts'
import type { SampleSource } from '../calibrate/collect.ts'
import { thresholdBy } from '../calibrate/methods/index.ts'
import type { Graph } from '../ir/graph.ts'
import type { Model } from '../ir/model.ts'
import { ints } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { placeQuantizers } from '../quantize/place.ts'
import type { Levels, QuantizationPlan } from '../quantize/plan.ts'
import { raisedState } from './int16-state.ts'
import { partitionMirrored } from './partition.ts'
import type { SearchInput, SearchResult } from './search.ts'
import { MOST_CLIPPED_OF_FEW } from './thresholds.ts'
import { sharingUnits } from './units.ts'

const COUNT = 40

/**
 * A chain of Convs; the first one's last channel is two thousand times as large as the others and hardly used by the next: with one
 * scale for all channels, eight bits leave the others almost nothing.
 */
function spoiltNetwork(): Model {
  const net = new Network(3)
  const x = net.input('x', [1, 3, 8, 8])
  const first = net.conv(x, [8, 3, 1, 1])
  const scale = Tensor.float32(
    [8, 3, 1, 1],
    scaled(net.graph, first, 1, (channel) => (channel === 7 ? 2000 : 1)),
  )
  net.graph.setConstant(net.graph.producer(first)!.inputs[1], scale)
  let value = net.node('Relu', [first])
  const second = net.conv(value, [8, 8, 1, 1])
  const weight = net.graph.producer(second)!.inputs[1]
  const small = net.graph
    .constant(weight)!
    .floats()
    .map((w, i) => (i % 8 === 7 ? w / 6000 : w))
  net.graph.setConstant(weight, Tensor.float32([8, 8, 1, 1], small))
  value = net.node('Relu', [second])
  for (let i = 0; i < 3; i++) value = net.node('Relu', [net.conv(value, [8, 8, 3, 3], { pads: ints([1, 1, 1, 1]) })])
  net.output(net.conv(net.node('GlobalAveragePool', [value]), [5, 8, 1, 1]))
  return net.model()
}

function scaled(graph: Graph, output: string, port: number, factor: (channel: number) => number): Float32Array {
  const tensor = graph.constant(graph.producer(output)!.inputs[port])!
  return tensor.floats().map((value, i) => value * factor(Math.floor(i / (tensor.size / tensor.shape[0]))))
}

const samples: SampleSource = {
  count: COUNT,
  names: Array.from({ length: COUNT }, (_, i) => `${i}`),
  read(index) {
    const next = generator(index + 1)
    return Promise.resolve(
      new Map([
        [
          'x',
          Tensor.float32(
            [1, 3, 8, 8],
            Float32Array.from({ length: 192 }, () => 2 * next() - 1),
          ),
        ],
      ]),
    )
  },
}

const planFor = (graph: Graph, levels: (tensor: string) => Levels): QuantizationPlan =>
  placeQuantizers(graph, { accelerated: () => true, levels, preprocessRange: () => undefined })

const search = (model: Model, options: Partial<SearchInput> = {}): Promise<SearchResult> =>
  searchIn(model, samples, planFor, options)

test('finds the tensor that ruins the result and confirms the repair on samples it never used', async () => {
  const { summary, state } = await search(spoiltNetwork())
  expect(summary.confirmation.isBetter).toBe(true)
  expect(summary.confirmation.found).toBeLessThan(0.5 * summary.confirmation.plain)
  expect(summary.decisions.some((decision) => decision.accepted)).toBe(true)
  for (const decision of summary.decisions.filter(
    ({ accepted, change }) => accepted && !change.startsWith('int16 ->'),
  )) {
    expect(decision.errorAfter).toBeLessThan(decision.errorBefore)
  }
  expect(state.plan.quantizers.size).toBe(state.calibration.thresholds.size)
  expect(state.int16AsFloat).toBeUndefined()
})

test('the same inputs give the same state', async () => {
  const [a, b] = [await search(spoiltNetwork()), await search(spoiltNetwork())]
  expect(b.state.calibration.thresholds).toEqual(a.state.calibration.thresholds)
  expect(b.state.calibration.levels).toEqual(a.state.calibration.levels)
  expect(b.summary.decisions).toEqual(a.summary.decisions)
})

test('int16 stays within its cap, and away where it is forbidden or the march has none', async () => {
  const { summary } = await search(spoiltNetwork())
  expect(Math.max(summary.shares.quantizers, summary.shares.elements)).toBeLessThanOrEqual(0.05)
  for (const options of [{ allowsInt16: false }, { takesInt16: () => false }]) {
    const { state } = await search(spoiltNetwork(), options)
    expect([...state.calibration.levels.values()]).not.toContain(32767)
  }
})

test('what the user asked to be int16 stays int16', async () => {
  const model = spoiltNetwork()
  const [tensor] = [...planFor(model.graph, () => 127).quantizers.keys()].slice(2)
  const { state } = await search(model, { requested: (name) => (name === tensor ? 32767 : 127) })
  expect(state.calibration.levels.get(tensor)).toBe(32767)
})

test('a budget of next to nothing ends at the plain build or better', async () => {
  const { summary } = await search(spoiltNetwork(), { budget: 1 })
  // 27 runs are allowed; what is offered at last and judged for the log comes on top
  expect(summary.stages.at(-1)!.runs).toBeLessThan(3 * 27)
  expect(summary.confirmation.isBetter || summary.decisions.every((decision) => !decision.accepted)).toBe(true)
})

test('a word against bias correction holds', async () => {
  const model = spoiltNetwork()
  const { biasCorrected, state } = await search(model, { biasCorrection: false })
  expect(biasCorrected).toBe(false)
  const bias = (of: Model): Float32Array =>
    of.graph.constant(of.graph.nodes.find((node) => node.is('Conv'))!.inputs[2])!.floats()
  expect(bias(state.model)).toEqual(bias(state.reference))
})

// Neighbouring pixels are alike, as in pictures.
const smooth: SampleSource = {
  ...samples,
  read: (index) => {
    const own = generator(index + 1)
    const [slope, phase] = [own() - 0.5, 6 * own()]
    const data = Array.from({ length: 192 }, (_, i) => Math.sin(phase + slope * (i % 8)) + 0.05 * own())
    return Promise.resolve(new Map([['x', Tensor.float32([1, 3, 8, 8], data)]]))
  },
}

test('weights are rounded where they carry some of the error', async () => {
  const net = new Network(2)
  let value = net.input('x', [1, 3, 8, 8])
  for (let i = 0; i < 3; i++) value = net.node('Relu', [net.conv(value, [12, i === 0 ? 3 : 12, 3, 3])])
  net.output(net.conv(value, [3, 12, 1, 1]))
  const rounded = ({ summary }: SearchResult): boolean =>
    summary.decisions.some(({ stage, accepted }) => stage === 'weight rounding' && accepted)
  const wide = await search(net.model(), { samples: smooth, requested: () => 32767 })
  expect(rounded(wide)).toBe(true)
  expect(wide.summary.confirmation.found).toBeLessThan(wide.summary.confirmation.plain)
})

test('biases are called corrected where a correction of them was accepted', async () => {
  const found = new Set<boolean>()
  for (const [seed, biasCorrection] of [
    [13, undefined],
    [19, undefined],
    [13, false],
  ] as const) {
    const net = new Network(seed)
    let value = net.input('x', [1, 3, 8, 8])
    for (let i = 0; i < 2; i++) value = net.node('Tanh', [net.conv(value, [12, i === 0 ? 3 : 12, 3, 3])])
    net.output(net.conv(value, [3, 12, 1, 1]))
    const options = { samples: smooth, requested: () => 32767, biasCorrection }
    const { biasCorrected, summary } = await search(net.model(), options)
    const accepted = summary.decisions.filter((decision) => decision.accepted).map(({ change }) => change)
    expect(accepted.some((change) => change.startsWith('weights of'))).toBe(true)
    expect(biasCorrected).toBe(accepted.some((change) => change.includes('biases')))
    found.add(biasCorrected)
  }
  expect(found).toEqual(new Set([true, false]))
})

test('few samples, judged on their mirror images, clip hardly anything', async () => {
  const { state, statistics, summary } = await search(spoiltNetwork(), { partition: partitionMirrored(COUNT) })
  expect(summary.confirmation.isBetter).toBe(true)
  for (const { tensor, levels, oneSided } of state.plan.quantizers.values()) {
    const least = thresholdBy(MOST_CLIPPED_OF_FEW, statistics.get(tensor)!, oneSided, levels)
    expect(state.calibration.thresholds.get(tensor)).toBeGreaterThanOrEqual(0.999 * least)
  }
})

test('int16 has the room that is asked for above the largest value, up to what a Clip lets through', async () => {
  const net = new Network(5)
  const clipped = net.node('Clip', [
    net.conv(net.input('x', [1, 3, 8, 8]), [4, 3, 1, 1]),
    net.floats([0], []),
    net.floats([1], []),
  ])
  net.output(net.conv(net.node('Relu', [net.conv(clipped, [4, 4, 1, 1])]), [2, 4, 1, 1]))
  const { state, statistics } = await search(net.model())
  const units = sharingUnits(state, () => true)
  const { plan, calibration } = raisedState(state, units, statistics, 2)
  for (const { tensor, cap } of plan.quantizers.values()) {
    const room = 2 * statistics.get(tensor)!.absoluteMax
    expect(calibration.levels.get(tensor)).toBe(32767)
    expect(calibration.thresholds.get(tensor)).toBeCloseTo(Math.min(room, cap ?? Infinity))
  }
  expect([...plan.quantizers.values()].map(({ cap }) => cap)).toContain(1)
})

test('what remains: tensors whose int16 form takes most off the error', async () => {
  const { summary, state } = await search(spoiltNetwork(), { allowsInt16: false, budget: 4 })
  const { error, remedies, recommended } = summary.remaining
  expect(remedies.length).toBeGreaterThan(0)
  expect(remedies.length).toBeLessThanOrEqual(5)
  for (const remedy of remedies) {
    expect(remedy.error).toBeLessThan(error)
    expect(remedy.tensors.every((tensor) => state.plan.quantizers.get(tensor)!.levels !== 32767)).toBe(true)
  }
  expect(remedies.map((remedy) => remedy.error)).toEqual(
    remedies.map((remedy) => remedy.error).toSorted((a, b) => a - b),
  )
  expect(recommended!.tensors).toContain(remedies[0].tensors[0])
  expect(recommended!.error).toBeLessThanOrEqual(remedies[0].error)
})

test('pixels with a code each are not rounded', async () => {
  const net = new Network(4)
  // Two planes are judged by their values; more would be classes, of which so few pixels change none.
  net.output(net.conv(net.node('Relu', [net.conv(net.input('x', [1, 3, 8, 8]), [6, 3, 3, 3])]), [2, 6, 1, 1]))
  const pixels: SampleSource = {
    ...samples,
    read: async (index) => {
      const [tensor] = [...(await samples.read(index)).values()]
      // (x - 128) / 128 for pixels x of 0 to 255
      return new Map([
        [
          'x',
          Tensor.float32(
            tensor.shape,
            tensor.floats().map((value) => Math.floor(128 * value) / 128),
          ),
        ],
      ])
    },
  }
  const known = (graph: Graph, levels: (tensor: string) => Levels): QuantizationPlan =>
    placeQuantizers(graph, {
      accelerated: () => true,
      levels,
      preprocessRange: (tensor) => (tensor === 'x' ? { min: -1, max: 1 } : undefined),
    })
  const { state } = await search(net.model(), { samples: pixels, planFor: known, allowsInt16: false })
  expect(state.calibration.thresholds.get('x')).toBe(127 / 128)
  const { state: kept } = await search(net.model(), { samples: pixels, planFor: known, requested: () => 32767 })
  expect(kept.calibration.thresholds.get('x')).toBe(1)
})
