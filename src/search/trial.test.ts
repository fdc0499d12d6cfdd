import { expect, test } from 'vitest'
import { silent } from '../reporter.ts'
import type { QuantizedState } from './state.ts'
import { isBetter, lookInTurn, Trial } from './trial.ts'

test('a gain must exceed one standard error of the paired difference', () => {
  // gains 0.2, 0, 0.1: mean 0.1, standard deviation 0.1, standard error 0.0577
  expect(isBetter([1, 1, 1], [0.8, 1, 0.9])).toBe(true)
  // gains 0.4, -0.1, 0: mean 0.1, standard deviation 0.265, standard error 0.153
  expect(isBetter([1, 1, 1], [0.6, 1.1, 1])).toBe(false)
  expect(isBetter([1, 2], [1, 2])).toBe(false)
})

/** Samples looked at when the first state has error 1 on each and the second these. */
async function looked(errors: readonly number[]): Promise<number> {
  const { before, after } = await lookInTurn(
    errors.map((_, i) => i),
    (some) => Promise.resolve({ before: some.map(() => 1), after: some.map((i) => errors[i]) }),
  )
  expect(after).toEqual(errors.slice(0, before.length))
  return before.length
}

test('what is clear after a few samples needs no more', async () => {
  const samples = Array.from({ length: 40 }, (_, i) => i)
  // gains about 0.1 with a spread of 0.03: far beyond three standard errors after eight
  expect(await looked(samples.map((i) => 0.8 + 0.05 * (i % 2)))).toBe(8)
  expect(await looked(samples.map((i) => 1.2 + 0.05 * (i % 2)))).toBe(8)
  // as much gained as lost
  expect(await looked(samples.map((i) => (i % 2 ? 1.5 : 0.6)))).toBe(40)
  // a gain of one standard error after eight samples is clear only after many more
  expect(await looked(samples.map((i) => (i % 4 ? 0.9 : 1.2)))).toBeGreaterThan(8)
  expect(await looked(samples.slice(0, 5).map(() => 1))).toBe(5)
})

test('tuning samples help to judge where they had no say, and nothing was taken from them', async () => {
  const state = {} as QuantizedState
  const asked = async (untouched: boolean, isTuned: boolean): Promise<number[]> => {
    const positions = new Set<number>()
    const evaluator = {
      state,
      runs: 0,
      accept: () => {},
      // as good as each other on every sample: all are needed
      errors: (_: QuantizedState, some: readonly number[]) => {
        for (const position of some) positions.add(position)
        return Promise.resolve(some.map(() => 1))
      },
    }
    const samples = { tuning: [0, 1, 2], acceptance: [3, 4, 5, 6], confirmation: [7] }
    const trial = new Trial({ evaluator, ...samples, untouched, runs: 100, reporter: silent })
    expect(await trial.accepts({ stage: 's', change: 'c', tensors: [], isTuned }, { ...state }, state)).toBe(false)
    expect(trial.decisions[0].samples).toBe(positions.size)
    return [...positions].sort((a, b) => a - b)
  }
  expect(await asked(true, false)).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(await asked(true, true)).toEqual([3, 4, 5, 6])
  expect(await asked(false, false)).toEqual([3, 4, 5, 6])
})
