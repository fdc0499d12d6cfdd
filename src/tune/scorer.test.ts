import { expect, test } from 'vitest'
import { parseDrop } from '../config/accuracy-target.ts'
import { dropOf } from './scorer.ts'

test('a drop of exactly what is allowed meets the target', () => {
  for (let pictures = 100; pictures <= 1000; pictures += 100) {
    for (let right = 1; right <= pictures; right++) {
      const lost = dropOf(right / pictures, right / pictures - 0.01)
      expect(lost <= parseDrop('1%')!).toBe(true)
    }
  }
  expect(dropOf(0.495, 0.49)).toBe(parseDrop('0.5%'))
  expect(dropOf(0.4951, 0.49)).toBeGreaterThan(parseDrop('0.5%')!)
})
