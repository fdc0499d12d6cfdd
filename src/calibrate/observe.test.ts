import { expect, test } from 'vitest'
import { groupsBelow } from './observe.ts'

test('neighbours go together as far as they fit, what is too large goes alone', () => {
  const group = (sizes: readonly number[]): number[][] => groupsBelow(sizes, (size) => size, 10)
  expect(group([4, 6, 1, 12, 3, 3, 5])).toEqual([[4, 6], [1], [12], [3, 3], [5]])
  expect(group([0, 0])).toEqual([[0, 0]])
  expect(group([])).toEqual([])
})
