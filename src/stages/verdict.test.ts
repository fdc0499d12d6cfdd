import { expect, test } from 'vitest'
import type { OutputComparison } from './compare.ts'
import { verdictOf } from './verdict.ts'

const at = (similarity: number): OutputComparison[] => [
  { name: 'y', integer: false, similarity, cosine: similarity, l1: 0, l2: 0, chebyshev: 0 },
]

test.each([
  [0.995, 'good'],
  [0.9, 'fair'],
  [0.5, 'poor'],
] as const)('a cosine of %d is %s', (similarity, level) => {
  expect(verdictOf(at(similarity), undefined).level).toBe(level)
})

test('a high cosine on doubtful samples is no praise', () => {
  const verdict = verdictOf(at(0.9999), undefined, ['a.rgb: values run from 0 to 1'])
  expect(verdict.level).toBe('fair')
  expect(verdict.meaning).toContain('a.rgb: values run from 0 to 1')
  expect(verdict.next).toMatch(/real samples/)
})
