/** Shards on forked processes of this machine (why processes and not threads: ARCHITECTURE.md, "Processes, not threads"). */
import { Lane } from './lane.ts'
import { ShardLedger, type ShardEngine, type ShardEvents } from './shard-engine.ts'
import type { Shard } from './shard.ts'

export interface PoolOptions<Result> extends ShardEvents<Result> {
  /** Number of worker processes; never more than shards are started. */
  processes: number
  /** Module that calls `serveShards`; ours unless a test brings its own. */
  entry?: URL
}

/** The engine of one machine. */
export function forkPool(processes: number): ShardEngine {
  return (shards, events) => runShards(shards, { processes, ...events })
}

/**
 * Do all shards on `processes` workers and return their results by shard id, in the order of `shards`.
 *
 * A worker that dies is replaced and its shard is done again, at most three times; then, and when a shard throws, everything
 * stops and the promise rejects. It settles only after every child has ended.
 */
export async function runShards<Result>(
  shards: readonly Shard[],
  options: PoolOptions<Result>,
): Promise<Map<string, Result>> {
  const pool = new ForkPool({ ...options, processes: Math.min(options.processes, shards.length) })
  try {
    return await pool.run(shards, options)
  } finally {
    await pool.end()
  }
}

/** Processes for several rounds of shards: what a worker has opened for one round serves the next. */
export class ForkPool {
  readonly #lanes: readonly Lane[]

  /** @param processes how many; each is started when the first shard reaches it */
  constructor({ processes, entry, onRetry = () => {} }: Pick<PoolOptions<never>, 'processes' | 'entry' | 'onRetry'>) {
    this.#lanes = Array.from({ length: processes }, () => new Lane({ entry, onRetry }))
  }

  /** As `runShards`; after an error every child has ended and the pool is of no use any more. */
  async run<Result>(shards: readonly Shard[], events: ShardEvents<Result>): Promise<Map<string, Result>> {
    const { signal } = events
    const ledger = new ShardLedger<Result>(shards, events)
    const waiting = [...shards]
    const lanes = this.#lanes
    let failure: { error: unknown } | undefined

    const fail = (error: unknown): void => {
      failure ??= { error }
      for (const lane of lanes) void lane.kill()
    }
    const abort = (): void => fail(signal?.reason)

    async function workThrough(lane: Lane): Promise<void> {
      try {
        for (;;) {
          const shard = failure ? undefined : waiting.shift()
          if (!shard) break
          const { id } = shard
          // Workers of equal speed take turns.
          const next = waiting[lanes.length - 1]
          const result = await lane.run(shard, (done) => ledger.progress(id, done), next)
          if (!failure) ledger.finish(id, result as Result)
        }
      } catch (error) {
        fail(error)
      }
      if (failure) await lane.kill()
    }

    signal?.throwIfAborted()
    signal?.addEventListener('abort', abort)
    await Promise.all(lanes.map(workThrough)).finally(() => signal?.removeEventListener('abort', abort))
    if (failure) throw failure.error
    return ledger.results()
  }

  /** Let the processes end by themselves; resolves when they have. */
  async end(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.end()))
  }
}
