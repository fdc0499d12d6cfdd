import { expect, test } from 'vitest'
import { byCost, costsByGroups, isWorthDividing, sumOfCosts } from './isolated-costs.ts'
import type { SharingUnit } from './units.ts'

const units = Array.from({ length: 20 }, (_, i) => ({ tensors: [`t${i}`] }) as unknown as SharingUnit)
const dear = new Map([
  ['t3', 0.5],
  ['t4', 0.4],
  ['t17', 0.2],
])
const largest = (group: readonly SharingUnit[]): number =>
  Math.max(...group.map(({ tensors: [tensor] }) => dear.get(tensor) ?? 0))

test('a dear unit is found beside a dearer one that spoils the same answers', async () => {
  // What a group costs is what its dearest unit does: as a difference, t4 would cost nothing.
  const costs = await costsByGroups(units, (group) => Promise.resolve(largest(group)))
  for (const [tensor, cost] of dear) expect(costs.get(tensor)).toBe(cost)
  expect(sumOfCosts(costs)).toBeCloseTo(1.1)
  expect(
    byCost(costs, units)
      .slice(0, 3)
      .map(({ tensors }) => tensors[0]),
  ).toEqual(['t3', 't4', 't17'])
})

test('without time left the costs of groups are shared by their units', async () => {
  let runs = 0
  const costs = await costsByGroups(units, (group) => Promise.resolve(++runs > 2 ? undefined : largest(group)))
  expect(costs.get('t3')).toBe(0.5 / 16)
  expect(costs.get('t0')).toBe(0.5 / 16)
  expect(costs.get('t17')).toBe(0.2 / 4)
})

test('a part is worth dividing while it carries a twentieth of all; what seems to help counts as nothing', () => {
  const costs = new Map([
    ['t0', 0.9],
    ['t1', 0.06],
    ['t2', 0.04],
    ['t3', -0.5],
  ])
  expect(isWorthDividing(costs, [units[1], units[3]])).toBe(true)
  expect(isWorthDividing(costs, [units[2], units[3]])).toBe(false)
})
