import { expect, test } from 'vitest'
import { generator } from '../../test/support/random.ts'
import { pairedBootstrap } from './bootstrap.ts'

const share = (outcomes: readonly number[]): number => outcomes.reduce((sum, right) => sum + right, 0) / outcomes.length

test('the interval of a difference of shares is that of the paired normal approximation', () => {
  const random = generator(3)
  const first = Array.from({ length: 400 }, () => Number(random() < 0.8))
  // one answer in ten changes
  const second = first.map((right) => (random() < 0.1 ? 1 - right : right))
  const { difference, low, high, resamples } = pairedBootstrap(first, second, share)!
  const differences = first.map((right, index) => second[index] - right)
  expect(difference).toBeCloseTo(share(differences), 12)
  const variance = share(differences.map((each) => (each - difference) ** 2))
  const half = 1.96 * Math.sqrt(variance / 400)
  expect(Math.abs(high - low - 2 * half)).toBeLessThan(0.15 * 2 * half)
  expect(resamples).toBe(1000)
})

test('models that answer alike differ by nothing, in every draw', () => {
  const outcomes = [1, 0, 1, 1, 0]
  expect(pairedBootstrap(outcomes, outcomes, share)).toMatchObject({ difference: 0, low: 0, high: 0 })
})

test('draws are paired: a constant difference has no spread', () => {
  const outcomes = [0.1, 0.9, 0.4, 0.7]
  const { low, high } = pairedBootstrap(
    outcomes,
    outcomes.map((value) => value + 0.05),
    share,
  )!
  expect(low).toBeCloseTo(0.05, 12)
  expect(high).toBeCloseTo(0.05, 12)
})

test('the same outcomes give the same interval', () => {
  const [first, second] = [
    [1, 0, 1, 1, 0, 1],
    [1, 1, 0, 1, 0, 1],
  ]
  expect(pairedBootstrap(first, second, share)).toEqual(pairedBootstrap(first, second, share))
})

test('nothing to compare', () => {
  expect(pairedBootstrap([1], [0], share)).toBeUndefined()
  expect(pairedBootstrap([1, 0], [0, 1], () => null)).toBeUndefined()
  expect(() => pairedBootstrap([1], [0, 1], share)).toThrow(RangeError)
})
