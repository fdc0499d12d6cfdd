import { describe, expect, test } from 'vitest'
import { compareErrors, ErrorSums, worstFigures } from './error-metrics.ts'

describe('ErrorSums', () => {
  test('pools values of several samples', () => {
    const sums = new ErrorSums()
    sums.add([3, 4], [3, 4])
    sums.add([1, 0], [0, 1])
    expect(sums.figures()).toEqual({
      'cosine-similarity': 0.5,
      mse: 2 / 4,
      mre: 2 / 8,
      sqnr: 10 * Math.log10(26 / 2),
      chebyshev: 1,
    })
  })

  test('no difference is no error', () => {
    const sums = new ErrorSums()
    sums.add([0, 0], [0, 0])
    expect(sums.figures()).toEqual({ 'cosine-similarity': 1, mse: 0, mre: 0, sqnr: Infinity, chebyshev: 0 })
  })
})

test('sorts the worst to the front, whichever way a metric points', () => {
  expect([0.9, 0.5, 1].sort((a, b) => compareErrors('cosine-similarity', a, b))).toEqual([0.5, 0.9, 1])
  expect([20, Infinity, 3].sort((a, b) => compareErrors('sqnr', a, b))).toEqual([3, 20, Infinity])
  expect([0.1, 7, 0].sort((a, b) => compareErrors('mse', a, b))).toEqual([7, 0.1, 0])
})

test('of several outputs the worst counts', () => {
  const a = { 'cosine-similarity': 0.9, mse: 1, mre: 0.5, sqnr: 20, chebyshev: 3 }
  const b = { 'cosine-similarity': 0.99, mse: 2, mre: 0.1, sqnr: 10, chebyshev: 4 }
  expect(worstFigures([a, b])).toEqual({ 'cosine-similarity': 0.9, mse: 2, mre: 0.5, sqnr: 10, chebyshev: 4 })
})
