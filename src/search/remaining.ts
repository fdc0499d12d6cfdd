/**
 * What still costs accuracy when a search is over: the activations whose int16 form, each alone, would take most off the error.
 *
 * Up to 48 groups are raised one at a time, and the group that gains most is halved until single units are left. Those found are then measured on the acceptance samples. Groups are small
 * because corrected biases make up for the error of int8 activations: with many of them in int16 the biases are wrong. For the
 * same reason the gains are what int16 brings at least: a build with it corrects the biases anew.
 */
import type { Statistics } from '../calibrate/collect.ts'
import type { Evaluator } from './evaluator.ts'
import { raisedState } from './int16-state.ts'
import type { QuantizedState } from './state.ts'
import { unitMaximum } from './thresholds.ts'
import { mean } from './trial.ts'
import type { SharingUnit } from './units.ts'

/** One unit in int16 alone. */
export interface Remedy {
  tensors: readonly string[]
  /** Every operator that reads them takes int16 on the march. */
  takesInt16: boolean
  /** Error of the network with it. */
  error: number
  /** Its share of all elements of activations. */
  elements: number
}

/** Mean errors on the acceptance samples. */
export interface RemainingError {
  error: number
  /** The largest gain first; none where nothing gains. */
  remedies: Remedy[]
  /** Remedies that the march takes, added one by one while the error falls, and the error with them; undefined where none helps. */
  recommended: { tensors: readonly string[]; error: number } | undefined
}

export interface RemainingInput {
  evaluator: Evaluator
  /** What the build ends with. */
  state: QuantizedState
  units: readonly SharingUnit[]
  statistics: Statistics
  /** Positions of samples: a few to rank by, others to measure on. */
  ranking: readonly number[]
  judging: readonly number[]
}

const MOST_GROUPS = 48
const MOST_REMEDIES = 5
/** Halvings of groups: one run of the ranking samples each. */
const MOST_HALVINGS = 24
/** Relative gain below which a group is not looked into. */
const WORTH_TELLING = 0.01

/** Measure; the evaluator ends at `state`. */
export async function measureRemaining(input: RemainingInput): Promise<RemainingError> {
  const { evaluator, state, statistics, judging } = input
  evaluator.accept(state)
  const units = input.units.filter(
    (unit) =>
      state.plan.quantizers.get(unit.tensors[0])!.levels !== 32767 &&
      unitMaximum(unit, state.plan, statistics) !== undefined,
  )
  const errorWith = async (raised: readonly SharingUnit[]): Promise<number> =>
    mean(await evaluator.errors(raisedState(state, raised, statistics), judging))
  const error = mean(await evaluator.errors(state, judging))
  const elements = input.units.reduce((sum, unit) => sum + unit.elements, 0)
  const measured: Remedy[] = []
  const found = await largestGains(input, units)
  for (const unit of found) {
    const { tensors, takesInt16 } = unit
    measured.push({ tensors, takesInt16, error: await errorWith([unit]), elements: unit.elements / elements })
  }
  const remedies = measured
    .filter((remedy) => error - remedy.error > WORTH_TELLING * error)
    .toSorted((a, b) => a.error - b.error)
  let [raised, lowest]: [SharingUnit[], number] = [[], error]
  for (const { tensors, takesInt16 } of remedies) {
    if (!takesInt16) continue
    const next = [...raised, found.find((unit) => unit.tensors === tensors)!]
    const reached = await errorWith(next)
    if (reached < lowest) [raised, lowest] = [next, reached]
  }
  const recommended = { tensors: raised.flatMap(({ tensors }) => tensors), error: lowest }
  return { error, remedies, recommended: raised.length === 0 ? undefined : recommended }
}

/** Units that seem to gain most, at most five. */
async function largestGains(
  { evaluator, state, statistics, ranking }: RemainingInput,
  units: readonly SharingUnit[],
): Promise<SharingUnit[]> {
  const base = mean(await evaluator.errors(state, ranking))
  const gainOf = async (group: readonly SharingUnit[]): Promise<number> =>
    base - mean(await evaluator.errors(raisedState(state, group, statistics), ranking))
  const open: { group: readonly SharingUnit[]; gain: number }[] = []
  const size = Math.ceil(units.length / MOST_GROUPS)
  for (let start = 0; start < units.length; start += size) {
    const group = units.slice(start, start + size)
    open.push({ group, gain: await gainOf(group) })
  }
  const found: SharingUnit[] = []
  for (let halvings = 0; found.length < MOST_REMEDIES && halvings <= MOST_HALVINGS;) {
    open.sort((a, b) => a.gain - b.gain)
    const best = open.pop()
    if (!best || !(best.gain > WORTH_TELLING * base)) break
    if (best.group.length === 1) {
      found.push(best.group[0])
      continue
    }
    const middle = best.group.length >> 1
    const halves = [best.group.slice(0, middle), best.group.slice(middle)]
    const gain = await gainOf(halves[0])
    halvings++
    // Gains about add up, so the other half needs no run of its own.
    open.push({ group: halves[0], gain }, { group: halves[1], gain: best.gain - gain })
  }
  return found
}
