import { expect, test } from 'vitest'
import { generator } from '../../test/support/random.ts'
import { groupsPay, searchGroups, type Test } from './group-search.ts'

const WANTED = 10
const SAMPLES = 8
const COUNT = 203
/** One target clips on one sample, and is small on the first. */
const CLIPPED = { place: 77, sample: 5 }
const next = generator(3)
/** Errors over three powers of ten; every sample about the same. */
const errors = Array.from({ length: COUNT }, (_, place) => {
  const error = 10 ** (-3 * next())
  return Array.from({ length: SAMPLES }, (_, sample) =>
    place === CLIPPED.place ? (sample === CLIPPED.sample ? 8 : 0.01) : error * (0.9 + 0.2 * next()),
  )
})
const starts = Array.from({ length: COUNT }, (_, place) => Math.floor(place / 13))

interface Counted {
  runs: number
}

/** Tests of targets whose errors add up. */
function adding(counted: Counted, of: readonly (readonly number[])[] = errors): Test<{ errors: number[] }> {
  return (tests) => {
    counted.runs += tests.reduce((sum, { samples }) => sum + samples.length, 0)
    return Promise.resolve(
      tests.map(({ members, samples }) => {
        expect(new Set(members.map((place) => starts[place])).size).toBe(1)
        return { errors: samples.map((s) => members.reduce((sum, member) => sum + of[member][s], 0)) }
      }),
    )
  }
}

const mean = (list: readonly number[]): number => list.reduce((sum, error) => sum + error, 0) / list.length

test('finds the most sensitive, also those that one sample does not show, with half the runs', async () => {
  const counted = { runs: 0 }
  const found = await searchGroups({ starts, wanted: WANTED, samples: SAMPLES }, adding(counted))
  expect(found.map(({ place }) => place)).toEqual([...errors.keys()])
  const worst = [...errors.keys()].sort((a, b) => mean(errors[b]) - mean(errors[a])).slice(0, WANTED)
  expect(worst).toContain(CLIPPED.place)
  const measured = found.map(({ results }) => results.flatMap((result) => result.errors))
  const sure = found.filter(({ isSure }) => isSure).map(({ place }) => place)
  expect(sure.sort((a, b) => mean(measured[b]) - mean(measured[a])).slice(0, WANTED)).toEqual(worst)
  for (const [place, list] of measured.entries()) {
    expect(list).toEqual(errors[place].slice(0, list.length))
    expect(list.length === SAMPLES).toBe(sure.includes(place))
  }
  expect(counted.runs).toBeLessThan((COUNT * SAMPLES) / 2)
})

test('a first sample with little to lose makes no more of them likely', async () => {
  const alike = Array.from({ length: COUNT }, (_, place) =>
    Array.from({ length: SAMPLES }, (_, sample) => (1 - place / (2 * COUNT)) * (sample === 0 ? 0.2 : 1)),
  )
  const found = await searchGroups({ starts, wanted: WANTED, samples: SAMPLES }, adding({ runs: 0 }, alike))
  // all above 0.7 of the tenth, and no others
  const likely = alike.filter(([first]) => first >= 0.7 * alike[WANTED - 1][0]).length
  expect(found.filter(({ isSure }) => isSure).length).toBeLessThan(1.1 * likely)
})

test('fewer targets than wanted are all measured on all samples', async () => {
  const counted = { runs: 0 }
  const found = await searchGroups({ starts: starts.slice(0, 5), wanted: WANTED, samples: SAMPLES }, adding(counted))
  expect(found.map(({ results }) => results.flatMap((result) => result.errors))).toEqual(errors.slice(0, 5))
})

test('groups do not pay on few samples, nor where most targets are wanted', () => {
  expect(groupsPay(241, 10, 8)).toBe(true)
  expect(groupsPay(60, 10, 4)).toBe(false)
  expect(groupsPay(29, 10, 8)).toBe(false)
})
