import { expect, test } from 'vitest'
import { resolvedInput } from '../../test/support/resolved-input.ts'
import { withMirrored } from '../calibrate/mirrored.ts'
import { Tensor } from '../ir/tensor.ts'
import { partitionMirrored, partitionSamples } from './partition.ts'
import { isBetter } from './trial.ts'

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
  expect(partitionMirrored(2)).toEqual({ statistics: [0], acceptance: [1], confirmation: [1] })
})

test('a gain must exceed one standard error of the paired difference', () => {
  // gains 0.2, 0, 0.1: mean 0.1, standard deviation 0.1, standard error 0.0577
  expect(isBetter([1, 1, 1], [0.8, 1, 0.9])).toBe(true)
  // gains 0.4, -0.1, 0: mean 0.1, standard deviation 0.265, standard error 0.153
  expect(isBetter([1, 1, 1], [0.6, 1.1, 1])).toBe(false)
  expect(isBetter([1, 2], [1, 2])).toBe(false)
})
