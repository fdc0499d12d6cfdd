/** Rounds of sensitivity tests on the same worker processes. */
import { type ErrorFigures, ErrorSums, worstFigures } from '../calibrate/error-metrics.ts'
import { ForkPool } from '../pool/fork-pool.ts'
import type { Shard } from '../pool/shard.ts'
import type { Reporter } from '../reporter.ts'
import type { Measured } from '../sensitivity/engine.ts'
import type { SensitivityPlan } from '../sensitivity/float-network.ts'
import { type Target, TARGET_KINDS } from '../sensitivity/targets.ts'
import type { SensitivityPayload, SensitivitySetup } from './sensitivity-task.ts'

/** A target and its place in the list of its kind. */
export type Placed = Target & { place: number }

/** Targets of one kind, quantized together on some samples. */
export interface SensitivityTest {
  targets: readonly Placed[]
  /** By their place among those in use, in ascending order. */
  samples: readonly number[]
}

export interface Sensitivity extends ErrorFigures {
  /** What the task loses, mean over samples; 0 is nothing. */
  error: number
}

export interface RoundsOptions {
  setup: Omit<SensitivitySetup, 'indices'>
  /** Samples in use. */
  indices: readonly number[]
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

  /** Do tests; results in their order. Every test is on its own, so these are the same for every number of processes. */
  async run(tests: readonly SensitivityTest[]): Promise<Measured[]> {
    const { plan, indices, setup, reporter, signal } = this.#options
    const chunks = Math.ceil(indices.length / plan.samplesAtOnce)
    const chunkOf = (sample: number): number => Math.floor((sample * chunks) / indices.length)
    const shards: Shard<SensitivitySetup, SensitivityPayload>[] = []
    const rows = new Map<string, readonly number[]>()
    for (let chunk = 0; chunk < chunks; chunk++) {
      const own = [...indices.keys()].filter((sample) => chunkOf(sample) === chunk)
      const here = [...tests.keys()].filter((test) => tests[test].samples.some((sample) => chunkOf(sample) === chunk))
      for (const [k, row] of this.#deal(tests, here).entries()) {
        const id = `targets ${k} of samples ${chunk}`
        const payload = {
          kind: tests[row[0]].targets[0].kind,
          tests: row.map((test) => ({
            places: tests[test].targets.map(({ place }) => place),
            samples: tests[test].samples.flatMap((sample) => (chunkOf(sample) === chunk ? sample - own[0] : [])),
          })),
        }
        const size = payload.tests.reduce((sum, { samples }) => sum + samples.length, 0)
        shards.push({
          id,
          kind: 'sensitivity',
          setup: { ...setup, indices: own.map((i) => indices[i]) },
          payload,
          size,
        })
        rows.set(id, row)
      }
    }
    const results = await this.#pool.run<Measured[]>(shards, {
      onProgress: (done, total) => reporter.progress('Measuring sensitivity', done, total),
      ...(signal && { signal }),
    })
    const parts: Measured[][] = tests.map(() => [])
    for (const [id, row] of rows) for (const [i, test] of row.entries()) parts[test].push(results.get(id)![i])
    return parts.map(together)
  }

  async end(): Promise<void> {
    await this.#pool.end()
  }

  /** Tests (by index) of one kind that start in the same part of the network, not too many at once; in the order of the network. */
  #deal(tests: readonly SensitivityTest[], here: readonly number[]): number[][] {
    const { plan, processes } = this.#options
    const startOf = (test: number): number => Math.min(...tests[test].targets.map((target) => plan.startOf(target)))
    const most = Math.max(1, Math.ceil(here.length / (processes * SHARDS)))
    return TARGET_KINDS.flatMap((kind) => {
      const mine = here.filter((test) => tests[test].targets[0].kind === kind)
      const parts = [...new Set(mine.map(startOf))].sort((a, b) => a - b)
      return parts.flatMap((part) => {
        const row = mine.filter((test) => startOf(test) === part)
        const pieces = Math.ceil(row.length / most)
        return Array.from({ length: pieces }, (_, k) =>
          row.filter((_, i) => Math.floor((i * pieces) / row.length) === k),
        )
      })
    })
  }
}

/** What was measured on different samples, as one. */
export function together(parts: readonly Measured[]): Measured {
  const sums = parts[0].sums.map((_, output) => {
    const all = new ErrorSums()
    for (const part of parts) all.merge(part.sums[output])
    return all.sums
  })
  return { sums, errors: parts.flatMap(({ errors }) => errors) }
}

/** Figures over the samples of a measurement. */
export function sensitivityOf({ sums, errors }: Measured): Sensitivity {
  return {
    ...worstFigures(sums.map((one) => new ErrorSums(one).figures())),
    error: errors.reduce((sum, error) => sum + error, 0) / errors.length,
  }
}
