import { expect, test } from 'vitest'
import { DataError } from '../errors.ts'
import { MeanIou } from './mean-iou.ts'

test('by hand: three classes, one pixel ignored', () => {
  const metric = new MeanIou(3)
  //               right right wrong wrong right ignored
  metric.add([0, 0, 1, 0, 1, 2], [0, 0, 0, 1, 1, 255])
  // class 0: 2 right, 3 labelled, 3 predicted: 2 / (3 + 3 - 2); class 1: 1 right, 2 labelled, 2 predicted: 1 / 3
  // class 2 is predicted only where nothing counts: neither labelled nor predicted, left out of the mean
  expect(metric.result()).toEqual({
    meanIou: (2 / 4 + 1 / 3) / 2,
    labelledMeanIou: (2 / 4 + 1 / 3) / 2,
    pixelAccuracy: 3 / 5,
    perClass: [2 / 4, 1 / 3, null],
  })
})

test('by hand: a class predicted but nowhere labelled is 0, a prediction that is no class is wrong', () => {
  const metric = new MeanIou(3)
  metric.add([0, 2, 200], [0, 0, 0])
  // class 0: 1 of 3; class 2: 0 of 1
  expect(metric.result()).toEqual({
    meanIou: 1 / 6,
    labelledMeanIou: 1 / 3,
    pixelAccuracy: 1 / 3,
    perClass: [1 / 3, null, 0],
  })
})

test('shards are added pixel by pixel, not averaged', () => {
  const [whole, left, right] = [new MeanIou(2), new MeanIou(2), new MeanIou(2)]
  whole.add([0, 0, 0, 1], [0, 0, 1, 1])
  whole.add([1], [0])
  left.add([0, 0, 0, 1], [0, 0, 1, 1])
  right.add([1], [0])
  right.merge(left.counts())
  expect(right.result()).toEqual(whole.result())
})

test('nothing counted', () => {
  const metric = new MeanIou()
  metric.add([3], [255])
  expect(metric.result()).toMatchObject({ meanIou: null, labelledMeanIou: null, pixelAccuracy: null })
})

test('maps that do not fit, and labels that are no class, leave the counts alone', () => {
  const metric = new MeanIou(2)
  expect(() => metric.add([0], [0, 1])).toThrow(DataError)
  expect(() => metric.add([0, 1], [0, 7])).toThrow(/label 7 is neither one of 2 classes nor 255/)
  expect(metric.result().pixelAccuracy).toBeNull()
})
