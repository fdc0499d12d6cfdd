import { expect, test } from 'vitest'
import { generator } from '../../test/support/random.ts'
import { type GroupTest, searchGroups } from './group-search.ts'

interface Outcome {
  tests: number
  found: GroupTest<{ error: number }>[]
}

/** Search among targets whose errors add up. */
async function search(errors: readonly number[], wanted: number): Promise<Outcome> {
  let tests = 0
  const found = await searchGroups(errors.length, wanted, (groups) => {
    tests += groups.length
    return Promise.resolve(
      groups.map((members) => ({ error: members.reduce((sum, member) => sum + errors[member], 0) })),
    )
  })
  return { tests, found }
}

function worst(errors: readonly number[], wanted: number): number[] {
  return [...errors.keys()].sort((a, b) => errors[b] - errors[a]).slice(0, wanted)
}

const next = generator(3)
/** Few large errors among many small ones. */
const steep = Array.from({ length: 203 }, () => 10 ** (-6 * next()))
/** All errors alike. */
const flat = Array.from({ length: 203 }, () => 1 + 0.1 * next())

test.each([
  ['steep', steep, 1],
  ['steep', steep, 10],
  ['flat', flat, 10],
  ['fewer than wanted', flat.slice(0, 5), 10],
])('%s errors: the most sensitive are measured alone, every target once in the end', async (_, errors, wanted) => {
  const { found } = await search(errors, wanted)
  expect(found.flatMap(({ members }) => members).sort((a, b) => a - b)).toEqual([...errors.keys()])
  const alone = found.filter(({ members }) => members.length === 1)
  alone.sort((a, b) => b.result.error - a.result.error)
  expect(alone.slice(0, wanted).map(({ members: [member] }) => member)).toEqual(worst(errors, wanted))
})

test('groups save tests where few errors are large, and are not used where all are alike', async () => {
  expect((await search(steep, 10)).tests).toBeLessThan(0.7 * steep.length)
  const { tests, found } = await search(flat, 10)
  expect(tests).toBe(flat.length)
  expect(found.every(({ members }) => members.length === 1)).toBe(true)
})
