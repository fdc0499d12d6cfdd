/**
 * What a tuning has done so far, kept after every trial: `<prefix>_tune.json` with the settings and the table of trials, and one
 * file per evaluation beside it. A tuning that starts with the same settings goes the same way, and finds these evaluations done.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { saveFileAtomic } from '../files/save-file.ts'
import type { BuildFolder } from '../stages/report-page.ts'

/** What changes cost: shares of the network's work. */
export interface TrialCost {
  /** Done on int16 values. */
  int16: number
  /** Done in float on the CPU. */
  cpu: number
}

/** A line of the table. */
export interface TrialRow {
  /** A model, a remedy, or `confirm on all`. */
  what: string
  /** Pictures scored. */
  pictures: number
  /** Headline metric on these pictures, as shares: float, the state before, the state tried. */
  float: number | null
  before: number | null
  after: number | null
  /** Taken over? Undefined where that was no question. */
  accepted: boolean | undefined
  /** Of all that the state tried changes in the build; undefined for the float model. */
  cost: TrialCost | undefined
  seconds: number
}

export interface CheckpointFile<Result> {
  settings: string
  trials: TrialRow[]
  /** Present once the tuning has come to its end. */
  result?: Result | undefined
}

/** One finished evaluation. */
export interface KeptEvaluation {
  /** By picture, in order; null for one that could not be scored. */
  outcomes: unknown[]
  seconds: number
}

export class Checkpoint<Result> {
  readonly folder: string
  readonly #path: string
  readonly #file: CheckpointFile<Result>
  /** A tuning with these settings was interrupted here. */
  readonly isResumed: boolean

  /** @param settings Everything the result depends on; what another tuning left is thrown away. */
  constructor({ workingDir, prefix }: BuildFolder, settings: string) {
    this.#path = join(workingDir, `${prefix}_tune.json`)
    this.folder = join(workingDir, `${prefix}_tune`)
    const known = existsSync(this.#path)
      ? (JSON.parse(readFileSync(this.#path, 'utf8')) as CheckpointFile<Result>)
      : undefined
    this.isResumed = known?.settings === settings
    if (!this.isResumed) rmSync(this.folder, { recursive: true, force: true })
    this.#file = { settings, trials: [], result: this.isResumed ? known?.result : undefined }
    if (this.#file.result !== undefined) this.#file.trials = known!.trials
    mkdirSync(this.folder, { recursive: true })
  }

  get trials(): readonly TrialRow[] {
    return this.#file.trials
  }

  get result(): Result | undefined {
    return this.#file.result
  }

  add(row: TrialRow): void {
    this.#file.trials.push(row)
    this.#save()
  }

  /** Note what became of the last trial. */
  decide(accepted: boolean): void {
    this.#file.trials.at(-1)!.accepted = accepted
    this.#save()
  }

  finish(result: Result): void {
    this.#file.result = result
    this.#save()
  }

  /** The evaluations are of no more use. */
  tidy(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** An evaluation of the same model on the same pictures, done now or before. */
  async evaluation(key: unknown, run: (name: string) => Promise<KeptEvaluation>): Promise<KeptEvaluation> {
    const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16)
    const path = join(this.folder, `${name}.json`)
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as KeptEvaluation
    const evaluation = await run(name)
    saveFileAtomic(path, JSON.stringify(evaluation))
    return evaluation
  }

  #save(): void {
    saveFileAtomic(this.#path, `${JSON.stringify(this.#file, null, 1)}\n`)
  }
}
