/**
 * One search over states of a network: trials on tuning samples, acceptance on others, decisions on record.
 *
 * A state is accepted when its error on the acceptance samples is lower by more than one standard error of the paired
 * difference. Work is counted in runs of the network, not in seconds, so that the same inputs give the same result.
 */
import type { Reporter } from '../reporter.ts'
import type { Evaluator } from './evaluator.ts'
import type { QuantizedState } from './state.ts'

/** What was tried, and what came of it. */
export interface Decision {
  stage: string
  tensors: readonly string[]
  change: string
  /** Mean error on the acceptance samples. */
  errorBefore: number
  errorAfter: number
  accepted: boolean
}

export interface TrialOptions {
  evaluator: Evaluator
  /** Positions of the evaluator's samples. */
  tuning: readonly number[]
  acceptance: readonly number[]
  confirmation: readonly number[]
  /** Runs of the whole network allowed. */
  runs: number
  reporter: Reporter
}

/** Share of the tuning samples that a trial is screened on. */
const SCREENED = 0.5

export class Trial {
  readonly decisions: Decision[] = []
  readonly #options: TrialOptions

  constructor(options: TrialOptions) {
    this.#options = options
  }

  get state(): QuantizedState {
    return this.#options.evaluator.state
  }

  /** The budget is used up. */
  get isOver(): boolean {
    return this.isPast(1)
  }

  /** A share of the budget is used up. */
  isPast(share: number): boolean {
    return this.#options.evaluator.runs >= share * this.#options.runs
  }

  /** Mean error on a few tuning samples: cheap, for ranking. */
  async screen(state: QuantizedState): Promise<number> {
    return mean(await this.screenErrors(state))
  }

  /** Errors on a few tuning samples, to be compared with `isBetter`. */
  screenErrors(state: QuantizedState): Promise<number[]> {
    const { tuning } = this.#options
    return this.#errors(state, tuning.slice(0, Math.ceil(tuning.length * SCREENED)))
  }

  /** Mean error on all tuning samples. */
  async tune(state: QuantizedState): Promise<number> {
    return mean(await this.tuneErrors(state))
  }

  /** Errors on all tuning samples. */
  tuneErrors(state: QuantizedState): Promise<number[]> {
    return this.#errors(state, this.#options.tuning)
  }

  /** Mean error of a state on the acceptance samples. */
  async judge(state: QuantizedState): Promise<number> {
    return mean(await this.#errors(state, this.#options.acceptance))
  }

  /** Mean errors of two states on the confirmation samples, and whether the second is better. */
  async confirm(
    plain: QuantizedState,
    found: QuantizedState,
  ): Promise<{ plain: number; found: number; isBetter: boolean }> {
    const before = await this.#errors(plain, this.#options.confirmation)
    const after = await this.#errors(found, this.#options.confirmation)
    return { plain: mean(before), found: mean(after), isBetter: mean(after) < mean(before) }
  }

  /** Judge later states by their difference from this one; nothing is decided by it. */
  rebase(state: QuantizedState): void {
    this.#options.evaluator.accept(state)
  }

  /** Take a state over if it is better on samples it was not tuned on. */
  async offer(stage: string, change: string, tensors: readonly string[], state: QuantizedState): Promise<boolean> {
    const accepted = await this.accepts(stage, change, tensors, state, this.state)
    if (accepted) this.#options.evaluator.accept(state)
    return accepted
  }

  /** Whether a state is better than another one on samples neither was tuned on. */
  async accepts(
    stage: string,
    change: string,
    tensors: readonly string[],
    state: QuantizedState,
    than: QuantizedState,
  ): Promise<boolean> {
    const { acceptance } = this.#options
    const before = await this.#errors(than, acceptance)
    const after = await this.#errors(state, acceptance)
    const accepted = isBetter(before, after)
    this.decisions.push({ stage, tensors, change, errorBefore: mean(before), errorAfter: mean(after), accepted })
    this.#options.reporter.debug(
      `Search trial, ${accepted ? 'accepted' : 'refused'}: ${stage}: ${change} (${tensors.slice(0, 3).join(', ')}): output error ${mean(before).toFixed(5)} -> ${mean(after).toFixed(5)}`,
    )
    return accepted
  }

  async #errors(state: QuantizedState, positions: readonly number[]): Promise<number[]> {
    const { evaluator, runs, reporter } = this.#options
    const errors = await evaluator.errors(state, positions)
    reporter.progress('Searching', Math.min(Math.floor(evaluator.runs), runs), runs)
    return errors
  }
}

/**
 * The mean gain exceeds one standard error of the paired difference. Errors are squares at heart, so their roots are compared:
 * one sample that goes badly wrong does not outvote all others.
 */
export function isBetter(before: readonly number[], after: readonly number[]): boolean {
  const gains = before.map((error, i) => Math.sqrt(Math.max(0, error)) - Math.sqrt(Math.max(0, after[i])))
  const gain = mean(gains)
  if (!(gain > 0)) return false
  if (gains.length < 2) return true
  const variance = gains.reduce((sum, value) => sum + (value - gain) ** 2, 0) / (gains.length - 1)
  return gain > Math.sqrt(variance / gains.length)
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
