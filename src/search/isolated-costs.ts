/**
 * What each unit costs alone: the error with it in int8 while every other activation is in int16.
 *
 * In that company errors are small and about add up, so a choice for one unit holds whatever is chosen for the others. Among int8
 * neighbours they do not: where two tensors ruin the result, everything else is judged on noise.
 */
import type { QuantizedState } from './state.ts'
import type { Trial } from './trial.ts'
import type { SharingUnit } from './units.ts'

/** Units measured at once before any is looked at alone. */
const GROUP = 16
/** A group is split while it costs more than this share of all. */
const WORTH_SPLITTING = 0.02

/** Costs by the unit's first tensor. */
export type Costs = Map<string, number>

interface Group {
  units: readonly SharingUnit[]
  cost: number
}

/**
 * Costs on a few tuning samples; units of a group that costs little share its cost.
 *
 * @param lowered the present state, all in int16, with some units in int8
 */
export async function isolatedCosts(
  trial: Trial,
  units: readonly SharingUnit[],
  lowered: (units: readonly SharingUnit[]) => QuantizedState,
): Promise<Costs> {
  const base = await trial.screen(trial.state)
  const costOf = async (group: readonly SharingUnit[]): Promise<number> => (await trial.screen(lowered(group))) - base
  const groups: Group[] = []
  for (let start = 0; start < units.length; start += GROUP) {
    const group = units.slice(start, start + GROUP)
    groups.push({ units: group, cost: await costOf(group) })
  }
  const total = groups.reduce((sum, { cost }) => sum + Math.max(0, cost), 0)
  while (!trial.isOver) {
    const open = groups.filter((group) => group.units.length > 1)
    const dearest = open.reduce<Group | undefined>(
      (best, group) => (best && best.cost >= group.cost ? best : group),
      undefined,
    )
    if (!dearest || dearest.cost <= WORTH_SPLITTING * total) break
    const middle = dearest.units.length >> 1
    const [first, second] = [dearest.units.slice(0, middle), dearest.units.slice(middle)]
    const cost = await costOf(first)
    groups.splice(groups.indexOf(dearest), 1, { units: first, cost }, { units: second, cost: dearest.cost - cost })
  }
  return new Map(
    groups.flatMap(({ units: members, cost }) =>
      members.map((unit) => [unit.tensors[0], cost / members.length] as const),
    ),
  )
}
