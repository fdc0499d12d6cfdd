import { expect, test } from 'vitest'
import { Tensor } from '../../ir/tensor.ts'
import { classMapMeasure } from './class-map.ts'
import { classifierMeasure, klDivergence, logSoftmax } from './classifier.ts'
import { type DetectionGroup, detectorMeasures } from './detector.ts'
import { cellScores, withObjectness } from './scores.ts'
import type { Values } from './measure.ts'
import { OutputError } from './output-error.ts'
import { relativeError } from './relative.ts'

const one = (shape: readonly number[], values: readonly number[]): Values =>
  new Map([['y', Tensor.float32(shape, values)]])

test('the divergence of two distributions, worked by hand', () => {
  // p = (1/2, 1/2), p' = (4/5, 1/5): 1/2 log(5/8) + 1/2 log(5/2) = 0.2231
  const p = logSoftmax(Float32Array.of(3, 3))
  const q = logSoftmax(Float32Array.of(Math.log(4), 0))
  expect(klDivergence(p, q)).toBeCloseTo(0.5 * Math.log(5 / 8) + 0.5 * Math.log(5 / 2), 6)
  expect(klDivergence(p, p)).toBe(0)
})

test('a classifier is judged on softened logits, small differences keep their size', () => {
  // at temperature 2.5: p = (4/5, 1/5), p' = (1/2, 1/2); 6.25 (4/5 log(8/5) + 1/5 log(2/5))
  const error = classifierMeasure('y', true)
    .reference(one([1, 2], [2.5 * Math.log(4), 0]))
    .error(one([1, 2], [1, 1]))
  expect(error).toBeCloseTo(6.25 * (0.8 * Math.log(1.6) + 0.2 * Math.log(0.4)), 6)
  // p = p' = (1/2, 1/2) up to d = 0.02: d^2 / 8, as at temperature 1
  const small = classifierMeasure('y', true)
    .reference(one([1, 2], [0, 0]))
    .error(one([1, 2], [0.02, 0]))
  expect(small).toBeCloseTo(0.02 ** 2 / 8, 7)
})

test('a shift of all logits is no error of a classifier, but one of what may be an embedding', () => {
  const expected = one([1, 3], [1, 2, 3])
  const shifted = one([1, 3], [2, 3, 4])
  expect(classifierMeasure('y', true).reference(expected).error(shifted)).toBeCloseTo(0, 6)
  expect(classifierMeasure('y', false).reference(expected).error(shifted)).toBeGreaterThan(0.5)
})

test('relative error: mean over channels of the mean square of d over the variance', () => {
  // channel 0: 0, 2 (variance 1), d = 0, 1 -> 0.5; channel 1: 10, 30 (variance 100), d = 0, 1 -> 0.005
  const error = relativeError(Tensor.float32([1, 2, 2], [0, 2, 10, 30]), Tensor.float32([1, 2, 2], [0, 3, 10, 31]), 1)
  // smoothing: 0.001 of the mean square (0 + 4 + 100 + 900) / 4
  expect(error).toBeCloseTo((0.5 / 1.251 + 0.5 / 100.251) / 2, 6)
})

test('a changed class counts by the margin the float network had', () => {
  // three pixels with classes 0, 1, 0 and margins 4, 1, 3; the second and third change: (1 + 3) / 8
  const measure = classMapMeasure('y', 1)
  const expected = one([1, 2, 1, 3], [5, 1, 3, 1, 2, 0])
  const actual = one([1, 2, 1, 3], [4, 3, 0, 1, 2, 1])
  expect(new OutputError([measure], [expected]).of(0, actual)).toBeCloseTo(0.5, 6)
  expect(new OutputError([measure], [expected]).of(0, expected)).toBe(0)
})

test('a class map may have its channels last', () => {
  const expected = one([1, 1, 3, 2], [5, 1, 1, 2, 3, 0])
  const actual = one([1, 1, 3, 2], [4, 1, 3, 2, 0, 1])
  expect(new OutputError([classMapMeasure('y', 3)], [expected]).of(0, actual)).toBeCloseTo(0.5, 6)
})

const group = {
  scores: [
    { value: 'objectness', axis: 1, first: 0, count: 1, isLogit: false },
    { value: 'classes', axis: 1, first: 0, count: 2, isLogit: true },
  ],
  boxes: [{ value: 'boxes', axis: 1, first: 0, count: 4 }],
}

/** Two cells: the first certainly an object of class 0, the second empty. */
function detection(boxes: readonly number[], objectness: readonly number[] = [1, 0]): Values {
  return new Map([
    ['objectness', Tensor.float32([1, 1, 1, 2], objectness)],
    ['classes', Tensor.float32([1, 2, 1, 2], [30, 30, -30, -30])],
    ['boxes', Tensor.float32([1, 4, 1, 2], boxes)],
  ])
}

test('the score of a cell is objectness times its best class, and nothing below 0.05', () => {
  expect([...cellScores(group, detection([0, 0, 0, 0, 0, 0, 0, 0], [0.5, 0.04]))]).toEqual([0.5, 0])
})

test('boxes of empty cells do not count, those of objects do', () => {
  const expected = detection([1, 7, 1, 7, 1, 7, 1, 7])
  const error = new OutputError(detectorMeasures([group], [expected]), [expected])
  expect(error.of(0, detection([1, 9, 1, -5, 1, 0, 1, 2]))).toBe(0)
  // one of four channels is off by 0.1; the spread of a single object is 5 % of its value
  expect(error.of(0, detection([1.1, 7, 1, 7, 1, 7, 1, 7]))).toBeCloseTo(0.1 / 0.05 / 4, 3)
})

test('scores: squared error over the sum of squares', () => {
  const expected = detection([1, 7, 1, 7, 1, 7, 1, 7])
  const [scores] = detectorMeasures([group], [expected])
  // one cell of score 1 x 1, the other of 0 x 1: sum of squares 1; (1 x 1 - 0.7 x 1)^2
  const actual = detection([1, 7, 1, 7, 1, 7, 1, 7], [0.7, 0])
  expect(new OutputError([scores], [expected]).of(0, actual)).toBeCloseTo(0.09, 6)
})

test('samples share one normaliser, so that their errors can be averaged', () => {
  const [scores] = detectorMeasures([group], [])
  const busy = detection([0, 0, 0, 0, 0, 0, 0, 0], [1, 1])
  const empty = detection([0, 0, 0, 0, 0, 0, 0, 0], [0, 0])
  const error = new OutputError([scores], [busy, empty])
  // sums of squares: busy 2, empty 0; the mean is 1
  expect(error.of(1, busy)).toBeCloseTo(2, 6)
})

test('classes of a cell without an object may say anything', () => {
  const [scores] = detectorMeasures([group], [])
  const boxes = [0, 0, 0, 0, 0, 0, 0, 0]
  const expected = detection(boxes)
  const other = new Map([...expected, ['classes', Tensor.float32([1, 2, 1, 2], [30, -30, -30, 30])]])
  expect(new OutputError([scores], [expected]).of(0, other)).toBe(0)
})

test('objectness is the first of a row of scores when the others speak up where it says no', () => {
  const whole = { value: 'out', axis: 1, first: 4, count: 3, isLogit: false }
  const one: DetectionGroup = { scores: [whole], boxes: [{ value: 'out', axis: 1, first: 0, count: 4 }] }
  const cells = (first: number[], second: number[], third: number[]): Values =>
    new Map([
      ['out', Tensor.float32([1, 7, 1, 4], [...Array.from({ length: 16 }, () => 0), ...first, ...second, ...third])],
    ])
  const gated = withObjectness(one, [cells([0, 0, 0, 0.9], [0.5, 0.1, 0.3, 0.9], [0.1, 0.6, 0, 0])])
  expect(gated.scores.map(({ first, count }) => [first, count])).toEqual([
    [4, 1],
    [5, 2],
  ])
  const classes = withObjectness(one, [cells([0, 0, 0, 0.9], [0, 0.8, 0, 0], [0, 0, 0.01, 0])])
  expect(classes.scores).toEqual([whole])
  // a background that speaks up in every empty cell, or a first class that is never there, is no objectness
  const background = withObjectness(one, [cells([0, 0, 0, 0.9], [0.1, 0, 0.1, 0], [0.9, 0.9, 0.9, 0.1])])
  expect(background.scores).toEqual([whole])
  const rare = withObjectness(one, [cells([0, 0, 0, 0], [0.5, 0.1, 0.3, 0.9], [0.1, 0.6, 0, 0])])
  expect(rare.scores).toEqual([whole])
  expect(
    withObjectness({ ...one, boxes: [] }, [cells([0, 0, 0, 0.9], [0.5, 0.1, 0.3, 0.9], [0.1, 0.6, 0, 0])]).scores,
  ).toEqual([whole])
})
