import { expect, test } from 'vitest'
import { TopK } from './top-k.ts'

test('counts the first place for top-1 and the first five for top-5', () => {
  const metric = new TopK()
  metric.add([3, 1, 2, 0, 5], 3)
  metric.add([3, 1, 2, 0, 5], 5)
  metric.add([3, 1, 2, 0, 5, 7], 7)
  metric.add([3, 1, 2, 0, 5], 9)
  expect(metric.result()).toEqual({ top1: 0.25, top5: 0.5, count: 4 })
})

test('nothing counted is 0, not NaN', () => {
  expect(new TopK().result()).toEqual({ top1: 0, top5: 0, count: 0 })
})
