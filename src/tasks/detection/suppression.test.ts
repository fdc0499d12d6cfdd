import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boxArea, sharedArea, type Box } from '../../metrics/boxes.ts'
import type { Candidates } from './candidates.ts'
import { bestFirst } from './order.ts'
import { SUPPRESSIONS, type Kept } from './suppression.ts'

interface Item {
  box: Box
  score: number
  classId: number
}

function pack(items: readonly Item[]): Candidates {
  return {
    boxes: Float32Array.from(items.flatMap(({ box }) => box)),
    scores: Float32Array.from(items, ({ score }) => score),
    classes: Int32Array.from(items, ({ classId }) => classId),
  }
}

function suppress(name: string, params: object, items: readonly Item[], maxDetections = 100): Kept[] {
  const candidates = pack(items)
  const order = bestFirst(candidates.scores, Infinity)
  return SUPPRESSIONS.get(name)!.bind(params)(candidates, order, { maxDetections, scoreThreshold: 0.01 })
}

const iou = (a: Box, b: Box): number => sharedArea(a, b) / (boxArea(a) + boxArea(b) - sharedArea(a, b))

/** By the definition: each box against all that are kept. */
function bruteForce(items: readonly Item[], threshold: number, isPerClass: boolean): number[] {
  const order = [...items.keys()].sort((a, b) => items[b].score - items[a].score || a - b)
  const kept: number[] = []
  for (const index of order) {
    const rivals = kept.filter((other) => !isPerClass || items[other].classId === items[index].classId)
    if (rivals.every((other) => iou(items[other].box, items[index].box) <= threshold)) kept.push(index)
  }
  return kept
}

const whole = fc.integer({ min: 0, max: 30 })
const item = fc
  .record({ x: whole, y: whole, width: fc.integer({ min: 1, max: 20 }), height: fc.integer({ min: 1, max: 20 }) })
  .chain(({ x, y, width, height }) =>
    fc.record({
      box: fc.constant<Box>([x, y, x + width, y + height]),
      // eighths, so that scores tie
      score: fc.integer({ min: 1, max: 8 }).map((n) => n / 8),
      classId: fc.integer({ min: 0, max: 2 }),
    }),
  )
const items = fc.array(item, { maxLength: 40 })

describe('hard suppression', () => {
  test.each([
    ['per_class', true],
    ['class_agnostic', false],
  ] as const)('%s keeps what the definition keeps', (name, isPerClass) => {
    fc.assert(
      fc.property(items, fc.integer({ min: 0, max: 10 }), (list, tenths) => {
        const kept = suppress(name, { iou_threshold: tenths / 10 }, list)
        expect(kept.map(({ index }) => index)).toEqual(bruteForce(list, tenths / 10, isPerClass))
        expect(kept.map(({ score }) => score)).toEqual(kept.map(({ index }) => list[index].score))
      }),
    )
  })
  test('an overlap of exactly the threshold stays', () => {
    const list: Item[] = [
      { box: [0, 0, 10, 10], score: 1, classId: 0 },
      { box: [0, 0, 10, 5], score: 0.5, classId: 0 },
    ]
    expect(suppress('per_class', { iou_threshold: 0.5 }, list)).toHaveLength(2)
    expect(suppress('per_class', { iou_threshold: 0.4999 }, list)).toHaveLength(1)
  })
  test('the best are kept where more stay than are wanted', () => {
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: 5 }), (list, limit) => {
        const all = suppress('per_class', { iou_threshold: 0.3 }, list)
        expect(suppress('per_class', { iou_threshold: 0.3 }, list, limit)).toEqual(all.slice(0, limit))
      }),
    )
  })
})

describe('soft suppression', () => {
  const pair: Item[] = [
    { box: [0, 0, 10, 10], score: 0.8, classId: 0 },
    // overlap 1/2
    { box: [0, 0, 10, 5], score: 0.5, classId: 0 },
    { box: [0, 0, 10, 10], score: 0.75, classId: 1 },
  ]
  test('by hand: exp(-iou^2 / sigma), or 1 - iou beyond the threshold, within a class', () => {
    const gaussian = suppress('soft_gaussian', { sigma: 0.5 }, pair)
    expect(gaussian.map(({ index }) => index)).toEqual([0, 2, 1])
    expect(gaussian[2].score).toBeCloseTo(0.5 * Math.exp(-0.25 / 0.5), 6)
    expect(suppress('soft_linear', { iou_threshold: 0.3 }, pair)[2].score).toBeCloseTo(0.25, 6)
    expect(suppress('soft_linear', { iou_threshold: 0.6 }, pair)[2].score).toBeCloseTo(0.5, 6)
  })
  test('scores that fall to the threshold are dropped', () => {
    const twins: Item[] = [
      { box: [0, 0, 10, 10], score: 0.8, classId: 0 },
      { box: [0, 0, 10, 10], score: 0.7, classId: 0 },
    ]
    expect(suppress('soft_linear', { iou_threshold: 0.5 }, twins)).toHaveLength(1)
    expect(suppress('soft_gaussian', { sigma: 0.1 }, twins)).toHaveLength(1)
  })
  test('a sigma near 0 is hard suppression of all that overlap', () => {
    fc.assert(
      fc.property(items, (list) => {
        const kept = suppress('soft_gaussian', { sigma: 1e-9 }, list).map(({ index }) => index)
        expect(new Set(kept)).toEqual(new Set(bruteForce(list, 0, true)))
      }),
    )
  })
})

test('none keeps the best', () => {
  const list: Item[] = [0.5, 0.75, 0.25].map((score) => ({ box: [0, 0, 1, 1], score, classId: 0 }))
  expect(suppress('none', {}, list, 2)).toEqual([
    { index: 1, score: 0.75 },
    { index: 0, score: 0.5 },
  ])
})

test('bestFirst sorts like a comparison of scores and indices', () => {
  const score = fc.oneof(fc.float({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 1)).map(Math.abs)
  fc.assert(
    fc.property(fc.array(score, { maxLength: 50 }), fc.integer({ min: 1, max: 60 }), (list, limit) => {
      const order = [...list.keys()].sort((a, b) => list[b] - list[a] || a - b)
      expect([...bestFirst(Float32Array.from(list), limit)]).toEqual(order.slice(0, limit))
    }),
  )
})
