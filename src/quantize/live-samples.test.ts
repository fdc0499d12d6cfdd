import { expect, test } from 'vitest'
import { Network } from '../../test/support/network.ts'
import { engine } from '../../test/support/quantized-network.ts'
import { generator } from '../../test/support/random.ts'
import type { SampleSource } from '../calibrate/collect.ts'
import { int, ints } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { inferTypes } from '../ops/infer.ts'
import { LiveSamples, sampleCounts } from './live-samples.ts'
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
  const options = { engine, segments, samples, indices, most: 100 }
  const all = new LiveSamples(model, { ...options, memoryBytes: 2 ** 20 })
  // Room for two samples of 512 + 128 elements at first.
  const few = new LiveSamples(model, { ...options, memoryBytes: 2 * 4 * 640 })
  const counts: number[] = []
  for (const k of segments.keys()) {
    await all.run(k)
    await few.run(k)
    counts.push(few.values.length)
    for (const [at, values] of few.values.entries()) {
      const own = all.values[all.indices.indexOf(few.indices[at])]
      expect([...values.keys()].toSorted()).toEqual([...own.keys()].toSorted())
      for (const [name, tensor] of values) expect(tensor.numbers()).toEqual(own.get(name)!.numbers())
    }
  }
  expect(all.values.length).toBe(7)
  expect(counts).toEqual([2, 7, 7, 7])
  expect([...few.indices].toSorted((a, b) => a - b)).toEqual(indices)
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
  let [held, most] = [0, 0]
  const many: SampleSource = {
    count: 40,
    names: Array.from({ length: 40 }, (_, i) => `${i}`),
    async read(index) {
      const values = await samples.read(index % 9)
      held++
      most = Math.max(most, held - live.values.filter((own) => !own.has('x')).length)
      return values
    },
  }
  const indices = Array.from({ length: 40 }, (_, i) => i)
  // Room for two samples with the wide result, for 17 with their input, for all behind it.
  const live = new LiveSamples(model, { engine, segments, samples: many, indices, most: 40, memoryBytes: 4 * 8704 * 2 })
  const counts: number[] = []
  for (const k of segments.keys()) {
    most = 0
    await live.run(k)
    counts.push(live.values.length)
    if (!segments[k].endIsRead) for (const values of live.values) values.delete(segments[k].end)
  }
  expect(counts).toEqual([2, 32, 40])
  expect(live.indices.slice(0, 2)).toEqual([0, 20])
  expect(live.indices.slice(2, 32).filter((index) => index >= 20)).toHaveLength(15)
  // Behind the second Conv nothing reads the input any more: of those that join at last, one at a time has it.
  expect(most).toBe(1)
})
