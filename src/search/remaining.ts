/**
 * What still costs accuracy when a search is over: the activations whose int16 form, each alone, would take most off the error.
 *
 * Looked at are those that cost most in isolation (isolated-costs.ts); they are raised one at a time and measured on the acceptance
 * samples. The gains are what int16 brings at least: a build with it corrects the biases anew.
 */
import type { Statistics } from '../calibrate/collect.ts'
import type { Evaluator } from './evaluator.ts'
import { byCost, type Costs } from './isolated-costs.ts'
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
  costs: Costs
  /** Positions of samples to measure on. */
  judging: readonly number[]
}

const LOOKED_AT = 8
const MOST_REMEDIES = 5
/** Relative gain below which a remedy is not told. */
const WORTH_TELLING = 0.01

/** Measure; the evaluator ends at `state`. `alone`: the error with each unit looked at alone in int16, by its tensors. */
export async function measureRemaining(
  input: RemainingInput,
): Promise<{ remaining: RemainingError; alone: ReadonlyMap<string, number> }> {
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
  const found = byCost(input.costs, units).slice(0, LOOKED_AT)
  for (const unit of found) {
    const { tensors, takesInt16 } = unit
    measured.push({ tensors, takesInt16, error: await errorWith([unit]), elements: unit.elements / elements })
  }
  const remedies = measured
    .filter((remedy) => error - remedy.error > WORTH_TELLING * error)
    .toSorted((a, b) => a.error - b.error)
    .slice(0, MOST_REMEDIES)
  let [raised, lowest]: [SharingUnit[], number] = [[], error]
  for (const { tensors, takesInt16 } of remedies) {
    if (!takesInt16) continue
    const next = [...raised, found.find((unit) => unit.tensors === tensors)!]
    const reached = await errorWith(next)
    if (reached < lowest) [raised, lowest] = [next, reached]
  }
  const recommended = { tensors: raised.flatMap(({ tensors }) => tensors), error: lowest }
  return {
    remaining: { error, remedies, recommended: raised.length === 0 ? undefined : recommended },
    alone: new Map(measured.flatMap((remedy) => remedy.tensors.map((tensor) => [tensor, remedy.error]))),
  }
}
