/** What each unit costs alone: the error with it in int8 while every other activation is in int16 (isolate.ts). */
import type { SearchContext } from './context.ts'
import { isolated } from './isolate.ts'
import type { SharingUnit } from './units.ts'

/** Units measured at once before any is looked at alone. */
const GROUP = 16

/** Costs by the unit's first tensor. */
export type Costs = Map<string, number>

/** Cost of a unit; 0 where none was measured. */
export function costOf(costs: Costs, unit: SharingUnit): number {
  return costs.get(unit.tensors[0]) ?? 0
}

/** What all units cost together; what seems to help counts as nothing. */
export function sumOfCosts(costs: Costs): number {
  return [...costs.values()].reduce((sum, cost) => sum + Math.max(0, cost), 0)
}

/** Units in the order of their costs, the dearest first. */
export function byCost(costs: Costs, units: readonly SharingUnit[]): SharingUnit[] {
  return units.toSorted((a, b) => costOf(costs, b) - costOf(costs, a))
}

interface Group {
  units: readonly SharingUnit[]
  cost: number
}

/**
 * Costs on a few tuning samples; units of a group that costs little share its cost.
 *
 * @param least a group is divided while it costs more than this share of all
 */
export async function isolatedCosts(context: SearchContext, least: number): Promise<Costs> {
  const { trial, int8 } = context
  const base = await trial.screen(isolated(context, int8, []))
  return costsByGroups(
    context.units.filter((unit) => !context.requested(unit)),
    async (group) => (trial.isOver ? undefined : (await trial.screen(isolated(context, int8, group))) - base),
    least,
  )
}

/**
 * Costs by the first tensor of each unit: groups are measured, and the dearest divided in turn. Units of groups that were not measured
 * are left out.
 *
 * @param measure what a group costs; undefined when nothing more is to be measured
 * @param least a group is divided while it costs more than this share of all
 */
export async function costsByGroups(
  units: readonly SharingUnit[],
  measure: (group: readonly SharingUnit[]) => Promise<number | undefined>,
  least: number,
): Promise<Costs> {
  const groups: Group[] = []
  for (let start = 0; start < units.length; start += GROUP) {
    const group = units.slice(start, start + GROUP)
    const cost = await measure(group)
    if (cost === undefined) break
    groups.push({ units: group, cost })
  }
  const total = groups.reduce((sum, { cost }) => sum + Math.max(0, cost), 0)
  for (;;) {
    const open = groups.filter((group) => group.units.length > 1)
    const [dearest] = open.toSorted((a, b) => b.cost - a.cost)
    if (!dearest || dearest.cost <= least * total) break
    const middle = dearest.units.length >> 1
    const halves = [dearest.units.slice(0, middle), dearest.units.slice(middle)]
    const [first, second] = [await measure(halves[0]), await measure(halves[1])]
    if (first === undefined || second === undefined) break
    const parts = shared(dearest.cost, [first, second]).map((cost, half) => ({ units: halves[half], cost }))
    groups.splice(groups.indexOf(dearest), 1, ...parts)
  }
  return new Map(
    groups.flatMap(({ units: members, cost }) =>
      members.map((unit): [string, number] => [unit.tensors[0], cost / members.length]),
    ),
  )
}

/**
 * The cost of a group, divided as its halves cost alone. Two that spoil the same answers cost less together than one by one: as
 * measured they would add up to more than the network loses, and what is left of one behind the other can be less than nothing.
 */
function shared(cost: number, alone: readonly [number, number]): number[] {
  const own = alone.map((value) => Math.max(0, value))
  const sum = own[0] + own[1]
  return own.map((value) => (sum > 0 ? (cost * value) / sum : cost / 2))
}
