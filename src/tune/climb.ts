/**
 * The order of trials: remedies of one kind after the other, the free ones first; of each kind the most promising first, in groups of
 * 1, 2, 4, 8... A group that does not help is halved. Trials are judged on the pictures that lose most; what seems to be enough is
 * confirmed on all. Knows nothing of networks.
 */
import type { Adjustment } from '../config/types.ts'
import { changesOf, type Remedy, type RemedyKind, remedyText } from './remedy.ts'

export type Changes = ReadonlyMap<string, Adjustment>

export interface Score {
  /** Loss of the headline metric on all pictures, as a share; an estimate where only some were scored. */
  drop: number
  /** Mean loss per picture on the pictures that lose most: finer than the metric. */
  damage: number
}

export interface Judge {
  /** Score on the pictures that lose most. `atMost`: trials that may follow. */
  estimate(changes: Changes, what: string, atMost: number): Promise<Score>
  /** Score on all pictures. */
  confirm(changes: Changes): Promise<Score>
  /** Judge from now on by the difference from this confirmed state: other pictures lose most. Its score on those. */
  rebase(changes: Changes): Promise<Score>
  /** Tell what became of the last trial. */
  decide(accepted: boolean): void
}

export interface Phase {
  kind: RemedyKind
  /** Drop that cannot be undercut by remedies of this kind, or need not be. */
  goal: number
  /** The most promising first. Asked for when the phase begins. */
  remedies(): Promise<readonly Remedy[]>
  /** Whether limits leave room for these changes. */
  allows(changes: Changes): boolean
}

export interface ClimbOptions {
  phases: readonly Phase[]
  judge: Judge
  /** Largest drop wanted. */
  target: number
  /** Score of the state without changes on all pictures. */
  start: Score
}

export interface Confirmed {
  changes: Changes
  /** On all pictures. */
  score: Score
}

/** Single remedies in a row that did not help before a kind is given up. */
const MISSES = 3

/** Climb until the target is met on all pictures, or nothing helps any more. Resolves with the best confirmed changes. */
export async function climb(options: ClimbOptions): Promise<Confirmed> {
  const climber = new Climber(options, await options.judge.rebase(new Map()))
  for (const phase of options.phases) {
    if (climber.isMet) break
    await climber.run(phase)
  }
  return climber.result
}

class Climber {
  readonly #options: ClimbOptions
  #confirmed: Confirmed
  #changes: Changes = new Map()
  /** Of the changes, on the pictures that lose most. */
  #score: Score

  constructor(options: ClimbOptions, score: Score) {
    this.#options = options
    this.#score = score
    this.#confirmed = { changes: this.#changes, score: options.start }
  }

  get isMet(): boolean {
    return this.#confirmed.score.drop <= this.#options.target
  }

  get result(): Confirmed {
    return this.#confirmed
  }

  async run(phase: Phase): Promise<void> {
    const remedies = await phase.remedies()
    let at = 0
    let size = 1
    let misses = 0
    while (at < remedies.length && misses < MISSES) {
      const group = remedies.slice(at, at + size)
      const before = this.#changes
      const isAllowed = phase.allows(merge(before, changesOf(group, 0)))
      if (isAllowed && (await this.#tryGroup(group, trialsLeft(remedies.length - at, size)))) {
        at += group.length
        size = group.length * 2
        misses = 0
        if (this.#score.drop > phase.goal) continue
        if (!(await this.#confirm())) misses++
        if (this.isMet) return this.#takeBack(group, before)
        if (this.#confirmed.score.drop <= phase.goal) return
      } else if (group.length > 1) {
        size = Math.ceil(group.length / 2)
      } else {
        if (isAllowed) misses++
        at++
      }
    }
    await this.#confirm()
  }

  async #tryGroup(group: readonly Remedy[], atMost: number): Promise<boolean> {
    const variants = Math.max(...group.map((remedy) => remedy.variants.length))
    for (let variant = 0; variant < variants; variant++) {
      const changes = merge(this.#changes, changesOf(group, variant))
      const score = await this.#options.judge.estimate(changes, remedyText(group, variant), atMost)
      const accepted = isBetter(score, this.#score)
      this.#options.judge.decide(accepted)
      if (!accepted) continue
      this.#changes = changes
      this.#score = score
      return true
    }
    return false
  }

  /** Score what was accepted on all pictures; what turns out worse there is dropped. */
  async #confirm(): Promise<boolean> {
    const { judge } = this.#options
    if (this.#changes === this.#confirmed.changes) return true
    const score = await judge.confirm(this.#changes)
    const isKept = isBetter(score, this.#confirmed.score)
    judge.decide(isKept)
    if (isKept) this.#confirmed = { changes: this.#changes, score }
    this.#changes = this.#confirmed.changes
    this.#score = await judge.rebase(this.#changes)
    return isKept
  }

  /** The target is met: does a half of the last group do as well? */
  async #takeBack(group: readonly Remedy[], before: Changes): Promise<void> {
    const { judge, target } = this.#options
    let kept = group
    while (kept.length > 1 && kept[0].kind !== 'threshold') {
      const half = kept.slice(0, Math.ceil(kept.length / 2))
      const changes = merge(before, changesOf(half, 0))
      const estimate = await judge.estimate(changes, `only ${remedyText(half)}`, 1)
      judge.decide(estimate.drop <= target)
      if (estimate.drop > target) return
      const score = await judge.confirm(changes)
      judge.decide(score.drop <= target)
      if (score.drop > target) return
      this.#confirmed = { changes, score }
      kept = half
    }
  }
}

function merge(a: Changes, b: Changes): Changes {
  return new Map([...a, ...b])
}

/** Less drop; with the same drop (one picture is a coarse measure) less damage. */
function isBetter(a: Score, b: Score): boolean {
  return a.drop < b.drop || (a.drop === b.drop && a.damage < b.damage)
}

/** Trials that groups of growing size need for so many remedies, and those that fail. */
function trialsLeft(remedies: number, size: number): number {
  return Math.ceil(Math.log2(remedies / size + 1)) + MISSES
}
