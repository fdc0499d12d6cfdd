import { expect, test } from 'vitest'
import { resolvedInput } from '../../test/support/resolved-input.ts'
import { withMirrored } from '../calibrate/mirrored.ts'
import { Tensor } from '../ir/tensor.ts'
import { partitionMirrored, partitionSamples, scattered } from './partition.ts'

test('no sample serves two purposes, and every part has some', () => {
  for (const count of [6, 7, 20, 60, 1000]) {
    const { statistics, acceptance, confirmation } = partitionSamples(count)
    const all = [...statistics, ...acceptance, ...confirmation]
    expect(new Set(all).size).toBe(all.length)
    expect(Math.min(statistics.length, acceptance.length, confirmation.length)).toBeGreaterThan(0)
    expect(Math.max(...all)).toBeLessThan(count)
  }
})

test('few samples are judged on their mirror images', async () => {
  const pixels = Tensor.float32([1, 1, 2, 3], [1, 2, 3, 4, 5, 6])
  const source = { count: 1, names: ['a'], read: () => Promise.resolve(new Map([['x', pixels]])) }
  const both = withMirrored(source, [resolvedInput({ name: 'x', shape: [1, 1, 2, 3], layoutTrain: 'NCHW' })])
  expect(both.count).toBe(2)
  expect((await both.read(0)).get('x')).toBe(pixels)
  expect([...(await both.read(1)).get('x')!.floats()]).toEqual([3, 2, 1, 6, 5, 4])
  expect(partitionMirrored(2)).toEqual({ statistics: [0], acceptance: [1], confirmation: [1], isMirrored: true })
})

test('a final check takes fewer samples than acceptance where there are enough', () => {
  const sizes = (count: number): number[] => {
    const { statistics, acceptance, confirmation } = partitionSamples(count)
    return [statistics.length, acceptance.length, confirmation.length]
  }
  expect(sizes(6)).toEqual([4, 1, 1])
  expect(sizes(20)).toEqual([12, 4, 4])
  expect(sizes(60)).toEqual([36, 18, 6])
  expect(sizes(100)).toEqual([60, 30, 10])
  expect(sizes(1000)).toEqual([600, 32, 20])
})

test('the first few of the samples are spread over all of them', () => {
  const order = scattered(Array.from({ length: 30 }, (_, i) => 100 + i))
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => 100 + i))
  for (const count of [4, 8, 16]) {
    const first = order.slice(0, count).toSorted((a, b) => a - b)
    const gaps = [100, ...first].map((sample, i) => (first[i] ?? 129) - sample)
    expect(Math.max(...gaps)).toBeLessThan(2.6 * (30 / count) + 1)
  }
})
