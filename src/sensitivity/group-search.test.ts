import { expect, test } from 'vitest'
import { generator } from '../../test/support/random.ts'
import { groupsPay, searchGroups, type Test } from './group-search.ts'

const WANTED = 10
const next = generator(3)
/** Errors on one sample, over three powers of ten. */
const onOne = Array.from({ length: 203 }, () => 10 ** (-3 * next()))
/** On all samples about the same, and one target that one sample does not show. */
const onAll = onOne.map((error, place) => (place === 77 ? 0.9 : error * (0.9 + 0.2 * next())))

/** Tests of targets whose errors add up. */
function adding(errors: readonly number[], counted: { tests: number }): Test<{ error: number }> {
  return (groups) => {
    counted.tests += groups.length
    return Promise.resolve(
      groups.map((members) => ({ error: members.reduce((sum, member) => sum + errors[member], 0) })),
    )
  }
}

test('finds the most sensitive, also those that one sample does not show, with half the tests', async () => {
  const [one, all] = [{ tests: 0 }, { tests: 0 }]
  const found = await searchGroups(onOne.length, WANTED, adding(onOne, one), adding(onAll, all))
  expect(found.map(({ place }) => place)).toEqual([...onOne.keys()])
  const worst = [...onAll.keys()].sort((a, b) => onAll[b] - onAll[a]).slice(0, WANTED)
  expect(worst).toContain(77)
  const sure = found.filter(({ isSure }) => isSure).sort((a, b) => b.result.error - a.result.error)
  expect(sure.slice(0, WANTED).map(({ place }) => place)).toEqual(worst)
  for (const { place, result, isSure } of found) expect(result.error).toBe((isSure ? onAll : onOne)[place])
  expect(one.tests).toBe(onOne.length)
  expect(all.tests).toBeLessThan(onOne.length / 2)
})

test('fewer targets than wanted are all measured on all samples', async () => {
  const counted = { tests: 0 }
  const found = await searchGroups(5, WANTED, adding(onOne, counted), adding(onAll, counted))
  expect(found.map(({ result }) => result.error)).toEqual(onAll.slice(0, 5))
})

test('groups do not pay on few samples, nor where most targets are wanted', () => {
  expect(groupsPay(241, 10, 8)).toBe(true)
  expect(groupsPay(241, 10, 2)).toBe(false)
  expect(groupsPay(29, 10, 8)).toBe(false)
})
