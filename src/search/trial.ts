/**
 * One search over states of a network: trials on tuning samples, acceptance on others, decisions on record.
 *
 * A state is accepted when its error on the acceptance samples is lower by more than one standard error of the paired
 * difference. Samples are taken a few at a time: what is clear after those needs no more. Work is counted in runs of the network,
 * not in seconds, so that the same inputs give the same result.
 */
import type { Reporter } from '../reporter.ts'
import type { Evaluator } from './evaluator.ts'
import type { QuantizedState } from './state.ts'

/** What was tried, and what came of it. */
export interface Decision {
  stage: string
  tensors: readonly string[]
  change: string
  /** Samples that were needed to decide: the first of the acceptance samples; also tuning samples where those had no say. */
  samples: number
  /** Mean errors on them. */
  errorBefore: number
  errorAfter: number
  accepted: boolean
}

/** What is offered, for the record. */
export interface Offered {
  stage: string
  change: string
  tensors: readonly string[]
  /** Whether the tuning samples had a say in it (default); otherwise they help to judge it. */
  isTuned?: boolean
}

export interface TrialOptions {
  evaluator: Pick<Evaluator, 'state' | 'runs' | 'errors' | 'accept'>
  /** Positions of the evaluator's samples. */
  tuning: readonly number[]
  acceptance: readonly number[]
  confirmation: readonly number[]
  /** Means and moments are taken from samples other than the tuning ones. */
  untouched: boolean
  /** Runs of the whole network allowed. */
  runs: number
  reporter: Reporter
}

/** Share of the tuning samples that a trial is screened on. */
const SCREENED = 0.5
/** Acceptance samples on which states are compared in reports. */
const REPORTED = 12
/** The first samples looked at before a state is accepted; then twice as many, and so on. */
const FIRST_LOOK = 8
/** Standard errors of gain, or of loss, that settle it before all samples were looked at. */
const CLEARLY_BETTER = 3
const CLEARLY_NOT = -1

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

  /** Acceptance samples that serve reports. */
  get reported(): readonly number[] {
    return this.#options.acceptance.slice(0, REPORTED)
  }

  /** Mean error of a state on those. */
  async judge(state: QuantizedState): Promise<number> {
    return mean(await this.#errors(state, this.reported))
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
  async offer(offered: Offered, state: QuantizedState): Promise<boolean> {
    const accepted = await this.accepts(offered, state, this.state)
    if (accepted) this.#options.evaluator.accept(state)
    return accepted
  }

  /** Whether a state is better than another one on samples neither was tuned on. */
  async accepts(
    { stage, change, tensors, isTuned = true }: Offered,
    state: QuantizedState,
    than: QuantizedState,
  ): Promise<boolean> {
    const { acceptance, tuning, untouched, reporter } = this.#options
    const samples = isTuned || !untouched ? acceptance : [...acceptance, ...tuning]
    const { before, after } = await lookInTurn(samples, async (some) => ({
      before: await this.#errors(than, some),
      after: await this.#errors(state, some),
    }))
    const accepted = isBetter(before, after)
    const [errorBefore, errorAfter] = [mean(before), mean(after)]
    this.decisions.push({ stage, tensors, change, samples: before.length, errorBefore, errorAfter, accepted })
    reporter.debug(
      `Search trial, ${accepted ? 'accepted' : 'refused'}: ${stage}: ${change} (${tensors.slice(0, 3).join(', ')}): output error ${errorBefore.toFixed(5)} -> ${errorAfter.toFixed(5)} on ${before.length} samples`,
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

/** Errors of two states, measured on a few samples, then on as many again, and so on until one is clearly better. */
export async function lookInTurn(
  samples: readonly number[],
  measure: (some: readonly number[]) => Promise<{ before: number[]; after: number[] }>,
): Promise<{ before: number[]; after: number[] }> {
  const before: number[] = []
  const after: number[] = []
  for (let end = FIRST_LOOK; before.length < samples.length; end *= 2) {
    const more = await measure(samples.slice(before.length, end))
    before.push(...more.before)
    after.push(...more.after)
    const gain = gainInErrors(before, after)
    if (gain > CLEARLY_BETTER || gain < CLEARLY_NOT) break
  }
  return { before, after }
}

/** The mean gain exceeds one standard error of the paired difference. */
export function isBetter(before: readonly number[], after: readonly number[]): boolean {
  return gainInErrors(before, after) > 1
}

/**
 * Mean gain in standard errors of the paired difference. Errors are squares at heart, so their roots are compared: one sample that
 * goes badly wrong does not outvote all others. Infinite where nothing varies.
 */
function gainInErrors(before: readonly number[], after: readonly number[]): number {
  const gains = before.map((error, i) => Math.sqrt(Math.max(0, error)) - Math.sqrt(Math.max(0, after[i])))
  const gain = mean(gains)
  if (gain === 0) return 0
  const variance = gains.reduce((sum, value) => sum + (value - gain) ** 2, 0) / (gains.length - 1 || 1)
  return gain / Math.sqrt(variance / gains.length)
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
