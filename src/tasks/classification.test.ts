import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeClassification } from './classification.ts'

describe('decodeClassification', () => {
  test('logits go through a softmax', () => {
    const [first, second] = decodeClassification([0, Math.log(3)], { classOffset: 0, topK: 2 })
    expect(first).toEqual({ classId: 1, probability: expect.closeTo(0.75, 6) })
    expect(second).toEqual({ classId: 0, probability: expect.closeTo(0.25, 6) })
  })
  test('probabilities stay as they are', () => {
    expect(decodeClassification([0.25, 0.5, 0.25], { classOffset: 0, topK: 1 })).toEqual([
      { classId: 1, probability: 0.5 },
    ])
  })
  test('large logits do not overflow', () => {
    expect(decodeClassification([1000, 998], { classOffset: 0, topK: 1 })[0].probability).toBeCloseTo(0.8808, 4)
  })
  test('the background class is left out and the others move down', () => {
    expect(decodeClassification([0.5, 0.125, 0.375], { classOffset: 1, topK: 5 })).toEqual([
      { classId: 1, probability: 0.375 },
      { classId: 0, probability: 0.125 },
    ])
  })
  test('no classes wanted are none', () => {
    expect(decodeClassification([0.25, 0.75], { classOffset: 0, topK: 0 })).toEqual([])
  })
  test('equal scores go by class', () => {
    expect(decodeClassification([0, 5, 5], { classOffset: 0, topK: 2 }).map(({ classId }) => classId)).toEqual([1, 2])
  })
  test('the best of many are those that sorting all of them gives', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(
        scores,
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 1, max: 6 }),
        (values, classOffset, topK) => {
          const ranked = decodeClassification([...values, 10], { classOffset, topK }).map(({ classId }) => classId)
          const sorted = [...values, 10]
            .map((value, index) => ({ value, classId: index - classOffset }))
            .filter(({ classId }) => classId >= 0)
            .sort((a, b) => b.value - a.value || a.classId - b.classId)
          expect(ranked).toEqual(sorted.slice(0, topK).map(({ classId }) => classId))
        },
      ),
    )
  })
  test('ranks like a sort of the scores', () => {
    const scores = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(scores, (values) => {
        const best = decodeClassification(values, { classOffset: 0, topK: 1 })[0]
        // Scores that differ by less than the softmax can hold are equal afterwards.
        expect(Math.max(...values) - values[best.classId]).toBeLessThan(1e-9)
        expect(best.probability).toBeGreaterThan(0)
      }),
    )
  })
})
