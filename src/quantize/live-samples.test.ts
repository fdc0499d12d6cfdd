import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { engine, runners } from '../../test/support/quantized-network.ts'
import { generator } from '../../test/support/random.ts'
import type { SampleSource } from '../calibrate/collect.ts'
import type { Engine, PartRun } from '../engine.ts'
import { int, ints } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { inferTypes } from '../ops/infer.ts'
import { InlineRunner } from '../runners/inline-runner.ts'
import { Runners } from '../runners/runners.ts'
import { LiveSamples, sampleCounts } from './live-samples.ts'
import { channelMeans } from './channel-means.ts'
import { cutSegments } from './segments.ts'

const SHAPE = [1, 2, 16, 16]
const samples: SampleSource = {
  count: 9,
  names: Array.from({ length: 9 }, (_, i) => `${i}`),
  read(index) {
    const next = generator(index + 1)
    return Promise.resolve(new Map([['x', Tensor.float32(SHAPE, Array.from({ length: 512 }, next))]]))
  },
}

/** Each Conv halves the picture; the second one is added to what a third makes of it. */
function network() {
  const net = new Network(3)
  const half = { strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) }
  const first = net.node('Relu', [net.conv(net.input('x', SHAPE), [2, 2, 3, 3], half)])
  const second = net.conv(first, [2, 2, 3, 3], half)
  const third = net.conv(second, [2, 1, 1, 1], { group: int(2) })
  const sum = net.node('Add', [second, third])
  net.output(net.conv(sum, [2, 2, 3, 3], half))
  const model = net.model()
  inferTypes(model.graph)
  return { model, ends: [first, second, third, sum] }
}

/** Notes which values are kept, and when a run of a new sample has ended. */
class Watched extends InlineRunner {
  /** Names of kept values by key. */
  readonly kept = new Map<string, readonly string[]>()
  readonly #onNew: () => void

  constructor(own: Engine, onNew: () => void = () => {}) {
    super(own)
    this.#onNew = onNew
  }

  override async run(run: PartRun) {
    const values = await super.run(run)
    if (typeof run.start !== 'string') this.#onNew()
    for (const { keep, alive } of run.steps) if (keep !== undefined) this.kept.set(keep, alive)
    return values
  }

  override forget(keys: readonly string[]) {
    for (const key of keys) this.kept.delete(key)
    return super.forget(keys)
  }
}

test('samples join where there is room for twice as many, or for all', () => {
  const counts = (bytes: number[], memory: number, most: number): number[] => sampleCounts(bytes, memory, most)
  expect(counts([100, 100, 10, 10], 500, 100)).toEqual([5, 5, 50, 50])
  expect(counts([100, 60, 10], 500, 100)).toEqual([5, 5, 50])
  expect(counts([100, 60, 10], 500, 8)).toEqual([5, 8, 8])
  expect(counts([100, 10, 100], 500, 100)).toEqual([5, 5, 5])
  expect(counts([1000, 10], 500, 100)).toEqual([2, 50])
})

test('what joins late has the values of what was there from the beginning', async () => {
  const { model, ends } = network()
  const segments = cutSegments(model.graph, ends)
  const indices = [0, 2, 3, 4, 6, 7, 8]
  const options = { runners: runners(2), segments, samples, indices, most: 100 }
  const all = new LiveSamples(model, { ...options, memoryBytes: 2 ** 20 })
  // Room for two samples of 512 + 128 elements at first.
  const few = new LiveSamples(model, { ...options, memoryBytes: 2 * 4 * 640 })
  const counts: number[] = []
  for (const [k, { outputs }] of segments.entries()) {
    const answer = { values: outputs }
    const values = await all.run(k, answer)
    const own = await few.run(k, answer)
    counts.push(own.length)
    for (const [position, found] of own.entries()) {
      const expected = values[all.indices.indexOf(few.indices[position])]
      expect([...found.keys()]).toEqual([...expected.keys()])
      for (const [name, tensor] of found) expect(tensor.numbers()).toEqual(expected.get(name)!.numbers())
    }
    expect(values.length).toBe(7)
  }
  expect(counts).toEqual([2, 7, 7, 7])
  expect([...few.indices].toSorted((a, b) => a - b)).toEqual(indices)
})

test('a shift is of the samples that are there already, and lasts; those that join meet it in the model', async () => {
  const { model, ends } = network()
  const segments = cutSegments(model.graph, ends)
  const live = new LiveSamples(model, {
    runners: runners(2),
    segments,
    samples,
    indices: [0, 1, 2, 3],
    most: 100,
    memoryBytes: 2 * 4 * 640,
  })
  const [first, second] = ends
  const meansOf = (name: string) => ({
    values: [],
    means: [{ name, axis: 1, shape: model.graph.shape(name) as number[] }],
  })
  const before = await live.run(0, meansOf(first))
  expect(before).toHaveLength(2)
  const shifted = await live.run(1, { values: [first] }, [{ name: first, axis: 1, values: Float32Array.of(10, 0) }])
  expect(shifted).toHaveLength(4)
  const means = shifted.map((values) => channelMeans(values.get(first)!, 1))
  for (const [position, values] of before.entries()) {
    const [mean, other] = values.get(first)!.floats()
    expect(means[position][0]).toBeCloseTo(mean + 10, 4)
    expect(means[position][1]).toBeCloseTo(other, 6)
  }
  for (const [mean] of means.slice(2)) expect(mean).toBeLessThan(5)
  // The second one is read by the third Conv and by the Add behind that.
  const sum = (values: ReadonlyMap<string, Tensor>): number =>
    values
      .get(second)!
      .numbers()
      .reduce((a, b) => a + b, 0)
  const shift = { name: second, axis: 1, values: Float32Array.of(0, 3) }
  const own = (await live.run(2, { values: [second] }, [shift])).map(sum)
  const later = (await live.run(3, { values: [second] })).map(sum)
  expect(later).toEqual(own)
})

test('nothing is kept behind a sample that cannot be read', async () => {
  const { model, ends } = network()
  const watched = new Watched(engine)
  const { kept } = watched
  const live = new LiveSamples(model, {
    runners: new Runners([watched]),
    segments: cutSegments(model.graph, ends),
    samples: {
      ...samples,
      read: (index) => (index === 6 ? Promise.reject(new Error('no picture')) : samples.read(index)),
    },
    indices: [0, 1, 2, 3, 4, 5, 6, 7],
    most: 100,
    memoryBytes: 2 ** 20,
  })
  await expect(live.run(0, { values: [] })).rejects.toThrow('no picture')
  expect(kept.size).toBeGreaterThan(0)
  await live.release()
  expect(kept.size).toBe(0)
})

test('samples that join are read one by one, evenly spread each time, also where nothing but a graph input is alive', async () => {
  const net = new Network(4)
  const x = net.input('x', SHAPE)
  const wide = net.conv(x, [32, 2, 1, 1])
  const narrow = net.conv(x, [1, 2, 1, 1], { strides: ints([4, 4]) })
  const last = net.conv(narrow, [1, 1, 1, 1])
  net.output(wide, last)
  const model = net.model()
  inferTypes(model.graph)
  const segments = cutSegments(model.graph, [wide, narrow, last])
  let [reading, most] = [0, 0]
  const watched = new Watched(engine, () => reading--)
  const { kept } = watched
  const many: SampleSource = {
    count: 40,
    names: Array.from({ length: 40 }, (_, i) => `${i}`),
    read(index) {
      most = Math.max(most, ++reading)
      return samples.read(index % 9)
    },
  }
  // Room for two samples with the wide result, for 17 with their input, for all behind it.
  const live = new LiveSamples(model, {
    runners: new Runners([watched]),
    segments,
    samples: many,
    indices: Array.from({ length: 40 }, (_, i) => i),
    most: 40,
    memoryBytes: 4 * 8704 * 2,
  })
  const counts: number[] = []
  for (const [k, { end }] of segments.entries()) counts.push((await live.run(k, { values: [end] })).length)
  expect(counts).toEqual([2, 32, 40])
  expect(live.indices.slice(0, 2)).toEqual([0, 20])
  expect(live.indices.slice(2, 32).filter((index) => index >= 20)).toHaveLength(15)
  // One is read while another one is run.
  expect(most).toBe(2)
  // Behind the last Conv nothing is read any more, by those that joined for it either.
  expect([...kept.values()].flat()).toEqual([])
  expect(kept.size).toBe(40)
  await live.release()
  expect(kept.size).toBe(0)
})
