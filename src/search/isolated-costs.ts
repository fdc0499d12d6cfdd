/** What each unit costs alone: the error with it in int8 while every other activation is in int16 (isolate.ts). */
import type { SearchContext } from './context.ts'
import { isolated } from './isolate.ts'
import type { SharingUnit } from './units.ts'

/** Units measured at once before any is looked at alone. */
const GROUP = 16
/** A group is split while it costs more than this share of all. */
const WORTH_SPLITTING = 0.02
/** The share of the budget after which no more are measured: what the costs are for needs the rest. */
const SPENT = 0.5
/** A part of small changes that was refused is divided while its units cost at least this share of all. */
const WORTH_DIVIDING = 0.05

/** Costs by the unit's first tensor. */
export type Costs = Map<string, number>

/** Cost of a unit; 0 where none was measured. */
export function costOf(costs: Costs, unit: SharingUnit): number {
  return costs.get(unit.tensors[0]) ?? 0
}

/** Sum of what some units cost, or all; what seems to lower the error counts as 0. */
export function sumOfCosts(costs: Costs, units?: readonly SharingUnit[]): number {
  const values = units ? units.map((unit) => costOf(costs, unit)) : [...costs.values()]
  return values.reduce((sum, cost) => sum + Math.max(0, cost), 0)
}

/** Whether halves of a part that was refused are worth trials of their own: see `offerParts`. */
export function isWorthDividing(costs: Costs, part: readonly SharingUnit[]): boolean {
  return sumOfCosts(costs, part) >= WORTH_DIVIDING * sumOfCosts(costs)
}

/** Units in the order of their costs, the dearest first. */
export function byCost(costs: Costs, units: readonly SharingUnit[]): SharingUnit[] {
  return units.toSorted((a, b) => costOf(costs, b) - costOf(costs, a))
}

interface Group {
  units: readonly SharingUnit[]
  cost: number
}

/** Costs on a few tuning samples; units of a group that costs little share its cost. */
export async function isolatedCosts(context: SearchContext): Promise<Costs> {
  const { trial, int8 } = context
  const units = context.units.filter((unit) => !context.requested(unit))
  const base = await trial.screen(isolated(context, int8, []))
  return costsByGroups(units, async (group) =>
    trial.isPast(SPENT) ? undefined : (await trial.screen(isolated(context, int8, group))) - base,
  )
}

/**
 * Costs of groups, the dear ones divided. They do not always add up: where two units spoil the same answers, both together cost what one
 * does. So each half has a run of its own, and the sum of all may be more than the error of the whole.
 *
 * @param measure cost of a group; undefined where there is no time left
 */
export async function costsByGroups(
  units: readonly SharingUnit[],
  measure: (group: readonly SharingUnit[]) => Promise<number | undefined>,
): Promise<Costs> {
  const groups: Group[] = []
  for (let start = 0; start < units.length; start += GROUP) {
    const group = units.slice(start, start + GROUP)
    groups.push({ units: group, cost: (await measure(group)) ?? 0 })
  }
  const total = groups.reduce((sum, { cost }) => sum + Math.max(0, cost), 0)
  for (;;) {
    const open = groups.filter((group) => group.units.length > 1)
    const [dearest] = open.toSorted((a, b) => b.cost - a.cost)
    if (!dearest || dearest.cost <= WORTH_SPLITTING * total) break
    const middle = dearest.units.length >> 1
    const [first, second] = [dearest.units.slice(0, middle), dearest.units.slice(middle)]
    const cost = await measure(first)
    if (cost === undefined) break
    const costOfSecond = (await measure(second)) ?? Math.max(0, dearest.cost - cost)
    groups.splice(groups.indexOf(dearest), 1, { units: first, cost }, { units: second, cost: costOfSecond })
  }
  return new Map(
    groups.flatMap(({ units: members, cost }) =>
      members.map((unit): [string, number] => [unit.tensors[0], cost / members.length]),
    ),
  )
}
