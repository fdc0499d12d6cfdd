/** A place for one worker process: whoever dies in it is replaced. */
import { StageError } from '../errors.ts'
import { ForkedWorker, WorkerDied } from './forked-worker.ts'
import type { Shard } from './shard.ts'

/** A shard that killed this many workers is given up. */
const MAX_ATTEMPTS = 3

export class Lane {
  readonly #entry: URL | undefined
  readonly #onRetry: (message: string) => void
  #worker: ForkedWorker | undefined
  #isStopped = false

  constructor(options: { entry: URL | undefined; onRetry: (message: string) => void }) {
    this.#entry = options.entry
    this.#onRetry = options.onRetry
  }

  /**
   * Do a shard on the lane's process, which is started when there is none; `next` is what will probably follow it here. Throws the
   * shard's error, WorkerDied after `kill`, and StageError when three processes died of the shard.
   */
  async run(shard: Shard, progress: (done: number) => void, next?: Shard): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      if (this.#isStopped) throw new WorkerDied('stopped')
      if (this.#worker === undefined || this.#worker.hasEnded) this.#worker = new ForkedWorker(this.#entry)
      try {
        return await this.#worker.run(shard, progress, next)
      } catch (error) {
        if (!(error instanceof WorkerDied) || this.#isStopped) throw error
        progress(0)
        if (attempt >= MAX_ATTEMPTS) throw gaveUp(shard, error.how)
        this.#onRetry(`a worker ended (${error.how}) while it did ${shard.id}; done again`)
      }
    }
  }

  /** Let the process end by itself; resolves when it has. */
  async end(): Promise<void> {
    await this.#worker?.end()
  }

  /** End the process, whatever it does; resolves when it has. */
  async kill(): Promise<void> {
    this.#isStopped = true
    await this.#worker?.kill()
  }
}

function gaveUp(shard: Shard, how: string): StageError {
  const message = `the worker process ended (${how}) ${MAX_ATTEMPTS} times while it did ${shard.id}`
  return new StageError('STAGE_WORKER_DIED', message, {
    stage: 'run',
    where: shard.id,
    fix: 'memory is the usual cause: use fewer processes (-p), or close other programs',
  })
}
