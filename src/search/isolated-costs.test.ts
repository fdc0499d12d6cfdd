import { expect, test } from 'vitest'
import { byCost, type Costs, costsByGroups } from './isolated-costs.ts'
import type { SharingUnit } from './units.ts'

const units = Array.from({ length: 20 }, (_, i) => ({ tensors: [`t${i}`] }) as unknown as SharingUnit)
const dear = new Map([
  ['t3', 0.5],
  ['t4', 0.4],
  ['t17', 0.2],
])
/** What a group costs is what its dearest unit does: they spoil the same answers. */
const largest = (group: readonly SharingUnit[]): number =>
  Math.max(...group.map(({ tensors: [tensor] }) => dear.get(tensor) ?? 0))
const sumOf = (costs: Costs): number => [...costs.values()].reduce((sum, cost) => sum + cost, 0)

test('a dear unit is found beside a dearer one that spoils the same answers, and costs add up to those of the groups', async () => {
  const costs = await costsByGroups(units, (group) => Promise.resolve(largest(group)), 0.02)
  const dearest = byCost(costs, units).slice(0, 3)
  expect(dearest.map(({ tensors }) => tensors[0])).toEqual(['t3', 't4', 't17'])
  expect(costs.get('t3')! / costs.get('t4')!).toBeCloseTo(0.5 / 0.4)
  expect(sumOf(costs)).toBeCloseTo(0.7)
})

test('what seems to help costs nothing, and a group of such shares its cost', async () => {
  const measure = (group: readonly SharingUnit[]): Promise<number> => Promise.resolve(group.length > 8 ? 1 : -1)
  const costs = await costsByGroups(units.slice(0, 16), measure, 0.02)
  expect([...costs.values()]).toEqual(units.slice(0, 16).map(() => 1 / 16))
})

test('groups are divided while they cost more than the share asked for', async () => {
  const costs = await costsByGroups(units, (group) => Promise.resolve(largest(group)), 0.5)
  // 0.2 of 0.7 stays together, 0.5 is divided until its parts are below 0.35.
  expect(costs.get('t17')).toBe(0.2 / 4)
  expect(costs.get('t3')).toBeCloseTo((0.5 * 0.5) / 0.9 / 4)
})

test('units that were not measured any more have no costs', async () => {
  let runs = 0
  const costs = await costsByGroups(units, (group) => Promise.resolve(++runs > 1 ? undefined : largest(group)), 0.02)
  expect([...costs.keys()]).toEqual(units.slice(0, 16).map(({ tensors }) => tensors[0]))
})

test('without time left the costs of groups are shared by their units', async () => {
  let runs = 0
  const costs = await costsByGroups(units, (group) => Promise.resolve(++runs > 2 ? undefined : largest(group)), 0.02)
  expect(costs.get('t3')).toBe(0.5 / 16)
  expect(costs.get('t0')).toBe(0.5 / 16)
  expect(costs.get('t17')).toBe(0.2 / 4)
})
