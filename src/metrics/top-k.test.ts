import * as fc from 'fast-check'
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

test('shards in any division and order give the whole', () => {
  const sample = fc.tuple(fc.uniqueArray(fc.nat(9), { minLength: 5, maxLength: 10 }), fc.nat(9))
  fc.assert(
    fc.property(fc.array(sample), fc.nat(), (samples, cut) => {
      const whole = new TopK()
      const parts = [new TopK(), new TopK()] as const
      for (const [index, [ranked, label]] of samples.entries()) {
        whole.add(ranked, label)
        parts[index < cut % (samples.length + 1) ? 0 : 1].add(ranked, label)
      }
      const merged = new TopK()
      merged.merge(parts[1].counts())
      merged.merge(parts[0].counts())
      expect(merged.result()).toEqual(whole.result())
    }),
  )
})
