/** Scores of adjusted builds: the quantized model of each is written, evaluated by the pool of processes, and noted. */
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Card } from '../cards/card.ts'
import { saveFileAtomic } from '../files/save-file.ts'
import type { Model } from '../ir/model.ts'
import { writeOnnx } from '../onnx/write.ts'
import type { Reporter } from '../reporter.ts'
import { adjustCalibrated } from '../stages/adjust.ts'
import { readFacts } from '../stages/artefacts.ts'
import { evaluateModel } from '../stages/evaluate.ts'
import { quantizeStage } from '../stages/quantize.ts'
import { SCORINGS } from '../tasks/scoring/index.ts'
import type { Scoring } from '../tasks/scoring/scoring.ts'
import { duration } from '../terminal/progress.ts'
import type { Checkpoint, KeptEvaluation, TrialCost } from './checkpoint.ts'
import type { Changes, Judge, Score } from './climb.ts'
import { meanDamage, withOutcomes, worstPictures } from './worst-pictures.ts'

export interface ScorerOptions {
  card: Card
  /** Folder of the data set. */
  data: string
  /** Indices of the pictures that count. */
  pictures: readonly number[]
  /** Path of the float model. */
  float: string
  /** Calibrated model of the build to improve. */
  calibrated: Model
  checkpoint: Pick<Checkpoint<unknown>, 'evaluation' | 'add' | 'decide' | 'folder' | 'trials'>
  /** What changes of that build cost. */
  costOf(changes: Changes): TrialCost
  /** Processes that the memory allows for a model. */
  processes: number
  reporter: Reporter
  signal: AbortSignal
}

/** Milliseconds of work. */
const WORTH_A_PROCESS = 2000

export class Scorer implements Judge {
  readonly scoring: Scoring
  readonly #options: ScorerOptions
  /** By picture; the same pictures for every model. */
  #float: readonly unknown[] = []
  /** Of the state last rebased to. */
  #reference: readonly unknown[] = []
  /** Positions of the pictures that trials are judged on. */
  #worst: readonly number[] = []
  /** On those, of the state last taken over, and of the last trial. */
  #present: readonly unknown[] = []
  #tried: readonly unknown[] = []
  #trial = 0
  /** Milliseconds that one picture takes a process; undefined before the first evaluation. */
  #perPicture: number | undefined
  readonly #pictures: number[] = []

  constructor(options: ScorerOptions) {
    this.#options = options
    this.scoring = SCORINGS[options.card.dataset]
  }

  /** Title of the headline metric. */
  get title(): string {
    return this.scoring.metrics[0].title
  }

  /** Number of pictures that could be scored. */
  get count(): number {
    return this.#pictures.length
  }

  /** Share 0..1 on all pictures. */
  get floatMetric(): number {
    return this.#headline(this.#float) ?? 0
  }

  get floatOutcomes(): readonly unknown[] {
    return this.#float
  }

  /** Score the float model and the build as it is on all pictures. */
  async start(): Promise<Score> {
    const { pictures, float, checkpoint, reporter } = this.#options
    const kept = await checkpoint.evaluation('float', (name) => this.#evaluate(float, pictures, 'float model', name))
    const scored = [...pictures.keys()].filter((i) => kept.outcomes[i] !== null)
    this.#pictures.push(...scored.map((i) => pictures[i]))
    this.#float = scored.map((i) => kept.outcomes[i])
    this.#note('float', this.#float, { seconds: kept.seconds })
    reporter.info(`Float: ${this.title} ${percent(this.floatMetric)} on ${this.count} pictures`)
    const { outcomes, seconds } = await this.#outcomes(new Map(), 'INT8 build')
    const score = this.#score(outcomes)
    this.#note('INT8 as built', this.#float, { after: outcomes, seconds, changes: new Map() })
    reporter.info(`INT8 as built: ${this.title} ${percent(this.#headline(outcomes))}, drop ${points(score.drop)}`)
    return score
  }

  async rebase(changes: Changes): Promise<Score> {
    const { outcomes } = await this.#outcomes(changes, 'INT8 build')
    this.#reference = outcomes
    this.#worst = worstPictures(this.scoring, this.#float, outcomes)
    this.#present = this.#worst.map((position) => outcomes[position])
    return this.#scoreOfWorst(this.#present)
  }

  /** What is left to lose with every activation in int16, judged on the pictures that lose most. */
  async ceiling(changes: Changes): Promise<Score> {
    const { outcomes, seconds } = await this.#outcomes(changes, 'Ceiling', this.#worst)
    this.#note('ceiling: all int16', this.#floatOfWorst(), { before: this.#present, after: outcomes, seconds, changes })
    const [float, built, all] = [this.#floatOfWorst(), this.#present, outcomes].map((some) =>
      percent(this.#headline(some)),
    )
    this.#options.reporter.info(
      `Ceilings on the ${this.#worst.length} pictures that tell most: float ${float}, all activations in int16 ${all}; as built ${built}`,
    )
    return this.#scoreOfWorst(outcomes)
  }

  async estimate(changes: Changes, what: string, atMost: number): Promise<Score> {
    const label = `Trial ${++this.#trial}`
    const { outcomes, seconds } = await this.#outcomes(changes, label, this.#worst)
    this.#note(what, this.#floatOfWorst(), { before: this.#present, after: outcomes, seconds, changes })
    this.#tried = outcomes
    const [before, after] = [this.#present, outcomes].map((some) => percent(this.#headline(some)))
    this.#options.reporter.info(
      `${label}: ${what}: ${this.title} ${before} -> ${after} on ${this.#worst.length} pictures, ${seconds.toFixed(1)} s; ` +
        `at most about ${atMost} more of this kind, ${duration(1000 * seconds * atMost)}`,
    )
    return this.#scoreOfWorst(outcomes)
  }

  async confirm(changes: Changes): Promise<Score> {
    const { outcomes, seconds } = await this.#outcomes(changes, 'Confirming')
    const score = this.#score(outcomes)
    this.#note('confirm on all', this.#float, { before: this.#reference, after: outcomes, seconds, changes })
    this.#options.reporter.info(
      `Confirmed on all ${this.count} pictures: ${this.title} ${percent(this.#headline(outcomes))}, drop ${points(score.drop)}`,
    )
    return score
  }

  decide(accepted: boolean): void {
    this.#options.checkpoint.decide(accepted)
    if (accepted) this.#present = this.#tried
  }

  /** Outcomes of a state on all pictures, which it was confirmed on before. */
  async confirmedOutcomes(changes: Changes): Promise<readonly unknown[]> {
    return (await this.#outcomes(changes, 'Confirming')).outcomes
  }

  #headline(outcomes: readonly unknown[]): number | null {
    return this.scoring.headline(outcomes)
  }

  #floatOfWorst(): unknown[] {
    return this.#worst.map((position) => this.#float[position])
  }

  /** Outcomes of all pictures. */
  #score(outcomes: readonly unknown[]): Score {
    const drop = dropOf(this.floatMetric, this.#headline(outcomes) ?? 0)
    return { drop, damage: meanDamage(this.scoring, this.#float, outcomes) }
  }

  /**
   * Estimate for all pictures: the others as in float, or as in the state last confirmed, whatever loses less. The first leaves out
   * that some of them gain, the second that a better state is better on them too.
   */
  #scoreOfWorst(outcomes: readonly unknown[]): Score {
    const drops = [this.#float, this.#reference].map(
      (others) => this.#score(withOutcomes(others, this.#worst, outcomes)).drop,
    )
    return { drop: Math.min(...drops), damage: meanDamage(this.scoring, this.#floatOfWorst(), outcomes) }
  }

  /** A line of the table: the metric of float, of the state before, and of the state tried, on the same pictures. */
  #note(
    what: string,
    float: readonly unknown[],
    tried: { before?: readonly unknown[]; after?: readonly unknown[]; changes?: Changes; seconds: number },
  ): void {
    const metric = (outcomes: readonly unknown[] | undefined): number | null =>
      outcomes ? this.#headline(outcomes) : null
    this.#options.checkpoint.add({
      what,
      pictures: float.length,
      float: metric(float),
      before: metric(tried.before),
      after: metric(tried.after),
      accepted: undefined,
      cost: tried.changes && this.#options.costOf(tried.changes),
      seconds: tried.seconds,
    })
  }

  async #outcomes(changes: Changes, label: string, positions?: readonly number[]): Promise<KeptEvaluation> {
    const { checkpoint } = this.#options
    const indices = positions === undefined ? this.#pictures : positions.map((position) => this.#pictures[position])
    const key = [[...changes].toSorted(([a], [b]) => (a < b ? -1 : 1)), indices]
    return checkpoint.evaluation(key, async (name) => {
      const path = join(checkpoint.folder, `${name}_quantized_model.onnx`)
      // What an interrupted evaluation left is used again: its journal knows the file by its time.
      if (!existsSync(path)) saveFileAtomic(path, quantizedBytes(this.#options.calibrated, changes))
      const evaluation = await this.#evaluate(path, indices, label, name)
      rmSync(path)
      return evaluation
    })
  }

  /** A process that has less to do than to start is not worth it. */
  #processesFor(pictures: number): number {
    const { processes } = this.#options
    const useful = Math.ceil((pictures * (this.#perPicture ?? Infinity)) / WORTH_A_PROCESS)
    return Math.max(1, Math.min(processes, useful))
  }

  async #evaluate(model: string, indices: readonly number[], label: string, name: string): Promise<KeptEvaluation> {
    const { card, data, reporter, signal, checkpoint } = this.#options
    const { pictures, seconds, milliseconds } = await evaluateModel({
      card,
      model,
      data,
      processes: this.#processesFor(indices.length),
      part: { indices },
      journal: join(checkpoint.folder, `${name}.resume`),
      reporter: {
        ...reporter,
        info: (message) => reporter.debug(message),
        progress: (_, done, total) => reporter.progress(label, done, total),
      },
      signal,
    })
    this.#perPicture = Object.values(milliseconds).reduce((sum: number, value: number) => sum + value, 0)
    return { outcomes: pictures.map((picture) => ('outcome' in picture ? picture.outcome : null)), seconds }
  }
}

/** The quantized model file of a calibrated model with changes. */
export function quantizedBytes(calibrated: Model, changes: Changes): Uint8Array {
  const adjusted = adjustCalibrated(calibrated, changes)
  return writeOnnx(quantizeStage(adjusted, readFacts(adjusted)!).quantized)
}

/** A target of 0.5 % allows a fall from 49.5 to 49 %, which in doubles is a little more than 0.005. */
export function dropOf(float: number, quantized: number): number {
  return Math.round((float - quantized) * 1e12) / 1e12
}

/** A share as percent. */
export function percent(share: number | null): string {
  return share === null ? '--' : `${(100 * share).toFixed(2)} %`
}

/** A drop as percentage points. */
export function points(share: number): string {
  return `${(100 * share).toFixed(2)} points`
}
