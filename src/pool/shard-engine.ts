/** What all engines that do shards have in common. */
import type { Shard } from './shard.ts'

export interface ShardEvents<Result> {
  /** Told after each unit of work. */
  onProgress?: (done: number, total: number) => void
  /** Told each result once, in the order in which shards finish. */
  onResult?: (id: string, result: Result) => void
  /** Told when a worker died and its shard is done again. */
  onRetry?: (message: string) => void
  /** Stops all work; the promise rejects with the signal's reason. */
  signal?: AbortSignal
}

/** Do all shards and return their results by shard id, in the order of `shards`; the first error of a shard stops all of them. */
export type ShardEngine = <Result>(
  shards: readonly Shard[],
  events: ShardEvents<Result>,
) => Promise<Map<string, Result>>

/** Results, progress and ids of a set of shards, whichever engine does them. */
export class ShardLedger<Result> {
  readonly #shards: ReadonlyMap<string, Shard>
  readonly #events: ShardEvents<Result>
  readonly #results = new Map<string, Result>()
  readonly #unfinished = new Map<string, number>()
  readonly #total: number
  #finished = 0

  /** Throws RangeError when two shards have the same id. */
  constructor(shards: readonly Shard[], events: ShardEvents<Result>) {
    this.#shards = new Map(shards.map((shard) => [shard.id, shard]))
    if (this.#shards.size !== shards.length) throw new RangeError('two shards have the same id')
    this.#events = events
    this.#total = shards.reduce((sum, shard) => sum + shard.size, 0)
  }

  /** Shards without a result. */
  get open(): Shard[] {
    return [...this.#shards.values()].filter(({ id }) => !this.#results.has(id))
  }

  has(id: string): boolean {
    return this.#results.has(id)
  }

  /** Units of an unfinished shard that are done; 0 when it begins anew. */
  progress(id: string, done: number): void {
    if (this.#results.has(id)) return
    this.#unfinished.set(id, done)
    this.#report()
  }

  /** Keep a result; the second of the same shard changes nothing. */
  finish(id: string, result: Result): void {
    if (this.#results.has(id)) return
    this.#results.set(id, result)
    this.#unfinished.delete(id)
    this.#finished += this.#shards.get(id)!.size
    this.#report()
    this.#events.onResult?.(id, result)
  }

  /** All results, in the order of the shards. */
  results(): Map<string, Result> {
    return new Map([...this.#shards.keys()].map((id) => [id, this.#results.get(id)!]))
  }

  #report(): void {
    let done = this.#finished
    for (const units of this.#unfinished.values()) done += units
    this.#events.onProgress?.(done, this.#total)
  }
}
