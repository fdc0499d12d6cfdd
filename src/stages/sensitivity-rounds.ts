/** Rounds of sensitivity tests on the same worker processes. */
import { type ErrorFigures, ErrorSums, worstFigures } from '../calibrate/error-metrics.ts'
import { spread } from '../calibrate/spread.ts'
import { ForkPool } from '../pool/fork-pool.ts'
import type { Shard } from '../pool/shard.ts'
import type { Reporter } from '../reporter.ts'
import type { Measured } from '../sensitivity/engine.ts'
import type { SensitivityPlan } from '../sensitivity/float-network.ts'
import { type Target, TARGET_KINDS } from '../sensitivity/targets.ts'
import type { SensitivityPayload, SensitivitySetup } from './sensitivity-task.ts'

/** A target and its place in the list of its kind. */
export type Placed = Target & { place: number }

export interface Sensitivity extends ErrorFigures {
  /** What the task loses, mean over samples; 0 is nothing. */
  error: number
}

export interface RoundsOptions {
  setup: Omit<SensitivitySetup, 'indices'>
  /** Samples there are. */
  available: number
  plan: SensitivityPlan
  processes: number
  reporter: Reporter
  signal: AbortSignal | undefined
}

/** Shards per process at least, so that one does not wait for the other: early targets cost more than late ones. */
const SHARDS = 4

export class SensitivityRounds {
  readonly #options: RoundsOptions
  readonly #pool: ForkPool

  constructor(options: RoundsOptions) {
    const { processes, reporter } = options
    this.#options = options
    this.#pool = new ForkPool({ processes, onRetry: (message) => reporter.warn(message) })
  }

  /**
   * Measure tests, each of targets (of one kind) quantized together, on so many samples. Every test is on its own, so the figures are the same
   * for every number of processes.
   */
  async run(tests: readonly (readonly Placed[])[], samples: number): Promise<Sensitivity[]> {
    const { plan, available, setup, reporter, signal } = this.#options
    const indices = spread([...Array(available).keys()], samples)
    const chunks = Math.ceil(indices.length / plan.samplesAtOnce)
    const rows = this.#deal(tests)
    const shards: Shard<SensitivitySetup, SensitivityPayload>[] = []
    for (let chunk = 0; chunk < chunks; chunk++) {
      const own = indices.filter((_, i) => Math.floor((i * chunks) / indices.length) === chunk)
      for (const [k, row] of rows.entries()) {
        const payload = { kind: tests[row[0]][0].kind, tests: row.map((test) => tests[test].map(({ place }) => place)) }
        shards.push({
          id: `targets ${k} of samples ${chunk}`,
          kind: 'sensitivity',
          setup: { ...setup, indices: own },
          payload,
          size: row.length,
        })
      }
    }
    const results = await this.#pool.run<Measured[]>(shards, {
      onProgress: (done, total) => reporter.progress(`Measuring sensitivity on ${samples} sample(s)`, done, total),
      ...(signal && { signal }),
    })
    const figures: Sensitivity[] = []
    for (const [k, row] of rows.entries()) {
      const parts = Array.from({ length: chunks }, (_, chunk) => results.get(`targets ${k} of samples ${chunk}`)!)
      for (const [i, test] of row.entries()) figures[test] = together(parts.map((measured) => measured[i]))
    }
    return figures
  }

  async end(): Promise<void> {
    await this.#pool.end()
  }

  /** Tests (by index) of one kind that start in the same part of the network, not too many at once; in the order of the network. */
  #deal(tests: readonly (readonly Placed[])[]): number[][] {
    const { plan, processes } = this.#options
    const starts = tests.map((targets) => plan.startOf(targets))
    const most = Math.max(1, Math.ceil(tests.length / (processes * SHARDS)))
    return TARGET_KINDS.flatMap((kind) => {
      const mine = [...tests.keys()].filter((test) => tests[test][0].kind === kind)
      const parts = [...new Set(mine.map((test) => starts[test]))].sort((a, b) => a - b)
      return parts.flatMap((part) => {
        const here = mine.filter((test) => starts[test] === part)
        const pieces = Math.ceil(here.length / most)
        return Array.from({ length: pieces }, (_, k) =>
          here.filter((_, i) => Math.floor((i * pieces) / here.length) === k),
        )
      })
    })
  }
}

/** Figures over the samples of several measurements. */
function together(parts: readonly Measured[]): Sensitivity {
  const outputs = parts[0].sums.map((_, output) => {
    const sums = new ErrorSums()
    for (const part of parts) sums.merge(part.sums[output])
    return sums
  })
  const { samples } = outputs[0].sums
  return {
    ...worstFigures(outputs.map((sums) => sums.figures())),
    error: parts.reduce((sum, { error }) => sum + error, 0) / samples,
  }
}
