import { expect, test } from 'vitest'
import { SCORINGS } from '../tasks/scoring/index.ts'
import { meanDamage, withOutcomes, worstPictures } from './worst-pictures.ts'

const scoring = SCORINGS.imagenet
const seen = (belief: number, right = 1): object => ({ count: 1, top1: right, top5: 1, answer: 0, belief })

test('the pictures that lose most, and some of the others', () => {
  const float = Array.from({ length: 200 }, () => seen(0.9))
  const quantized = float.map((_, i) => seen(i >= 150 ? 0.1 : 0.89))
  const positions = worstPictures(scoring, float, quantized)
  expect(positions).toHaveLength(50)
  expect(positions.filter((position) => position >= 150)).toHaveLength(38)
  expect(positions).toEqual(positions.toSorted((a, b) => a - b))
  expect(new Set(positions).size).toBe(50)
})

test('few pictures are all taken', () => {
  const float = Array.from({ length: 15 }, () => seen(0.9))
  expect(worstPictures(scoring, float, float)).toEqual([...float.keys()])
})

test('damage is finer than the metric: a picture that is still right may have lost', () => {
  const [before, after] = [
    [seen(0.9), seen(0.9)],
    [seen(0.9), seen(0.4)],
  ]
  expect(scoring.headline(before)).toBe(scoring.headline(after))
  expect(meanDamage(scoring, before, after)).toBeCloseTo(Math.log(0.901 / 0.401) / 2)
  expect(meanDamage(scoring, after, before)).toBeLessThan(0)
})

test('outcomes known anew replace those at their positions', () => {
  expect(withOutcomes(['a', 'b', 'c'], [0, 2], ['x', 'z'])).toEqual(['x', 'b', 'z'])
})
