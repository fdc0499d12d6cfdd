/** What each unit costs alone: the error with it in int8 while every other activation is in int16 (isolate.ts). */
import type { SearchContext } from './context.ts'
import { isolated } from './isolate.ts'
import type { SharingUnit } from './units.ts'

/** Units measured at once before any is looked at alone. */
const GROUP = 16
/** A group is split while it costs more than this share of all. */
const WORTH_SPLITTING = 0.02

/** Costs by the unit's first tensor. */
export type Costs = Map<string, number>

/** Cost of a unit; 0 where none was measured. */
export function costOf(costs: Costs, unit: SharingUnit): number {
  return costs.get(unit.tensors[0]) ?? 0
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
  const costOf = async (group: readonly SharingUnit[]): Promise<number> =>
    (await trial.screen(isolated(context, int8, group))) - base
  const groups: Group[] = []
  for (let start = 0; start < units.length; start += GROUP) {
    const group = units.slice(start, start + GROUP)
    groups.push({ units: group, cost: trial.isOver ? 0 : await costOf(group) })
  }
  const total = groups.reduce((sum, { cost }) => sum + Math.max(0, cost), 0)
  while (!trial.isOver) {
    const open = groups.filter((group) => group.units.length > 1)
    const [dearest] = open.toSorted((a, b) => b.cost - a.cost)
    if (!dearest || dearest.cost <= WORTH_SPLITTING * total) break
    const middle = dearest.units.length >> 1
    const [first, second] = [dearest.units.slice(0, middle), dearest.units.slice(middle)]
    const cost = await costOf(first)
    // Costs about add up, so the other half needs no run of its own.
    groups.splice(groups.indexOf(dearest), 1, { units: first, cost }, { units: second, cost: dearest.cost - cost })
  }
  return new Map(
    groups.flatMap(({ units: members, cost }) =>
      members.map((unit): [string, number] => [unit.tensors[0], cost / members.length]),
    ),
  )
}
