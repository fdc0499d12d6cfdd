/** The shards of one evaluation while they lie in the queue: the master's bookkeeping. */
import { randomUUID } from 'node:crypto'
import type { Queue, QueueEvents } from 'bullmq'
import { StageError } from '../errors.ts'
import { VERSION } from '../version.ts'
import { type Answer, type QueuedShard, runKey } from './redis-queue.ts'
import { type ShardEvents, ShardLedger } from './shard-engine.ts'
import { fromWire, type Shard } from './shard.ts'

export interface QueuedRunOptions {
  queue: Queue<QueuedShard, Answer>
  queueEvents: QueueEvents
  /** MD5 by path of what decides the results. */
  files: Readonly<Record<string, string>>
  /** Milliseconds between two looks at every shard. */
  look: number
  say: (message: string) => void
  /** What to do while no worker is there. */
  howToHelp: string
}

/** Milliseconds the key of a run outlives its master. */
const KEY_LIFE = 60_000

export class QueuedRun<Result> {
  readonly #id = randomUUID()
  readonly #jobs: ReadonlyMap<string, Shard>
  readonly #ledger: ShardLedger<Result>
  readonly #options: QueuedRunOptions
  #settle: { done: () => void; fail: (error: unknown) => void } | undefined
  #workers: number | undefined

  /** Throws RangeError when two shards have the same id. */
  constructor(shards: readonly Shard[], events: ShardEvents<Result>, options: QueuedRunOptions) {
    this.#jobs = new Map(shards.map((shard, index) => [`${this.#id}-${index}`, shard]))
    this.#ledger = new ShardLedger(shards, events)
    this.#options = options
  }

  /** Queue every shard and wait for its result; rejects with the first error of a shard, or with the signal's reason. */
  async results(signal: AbortSignal | undefined): Promise<Map<string, Result>> {
    const { queueEvents, look } = this.#options
    const settled = new Promise<void>((done, fail) => (this.#settle = { done, fail }))
    const abort = (): void => this.#settle?.fail(signal?.reason)
    signal?.addEventListener('abort', abort)
    queueEvents.on('completed', ({ jobId }) => this.#guard(this.#collect(jobId)))
    queueEvents.on('failed', ({ jobId }) => this.#guard(this.#collect(jobId)))
    queueEvents.on('progress', ({ jobId, data }) => {
      const shard = this.#jobs.get(jobId)
      if (shard) this.#ledger.progress(shard.id, Number(data))
    })
    const timer = setInterval(() => this.lookAfter(), look)
    try {
      this.#guard(this.#add([...this.#jobs.keys()]))
      if (this.#jobs.size === 0) return new Map()
      await settled
      return this.#ledger.results()
    } finally {
      clearInterval(timer)
      signal?.removeEventListener('abort', abort)
      queueEvents.removeAllListeners('completed').removeAllListeners('failed').removeAllListeners('progress')
    }
  }

  /** Look at every open shard: what events did not tell, and what Redis has lost. */
  lookAfter(): void {
    this.#guard(this.#look())
  }

  /** Take what is left of the run out of the queue; shards that are being done are dropped when they end. */
  async remove(): Promise<void> {
    const { queue } = this.#options
    await (await queue.getBackend().client).del(runKey(this.#id))
    await Promise.all(this.#openJobs().map((jobId) => queue.remove(jobId).catch(() => 0)))
  }

  async #look(): Promise<void> {
    await this.#keepAlive()
    const lost: string[] = []
    for (const jobId of this.#openJobs()) if ((await this.#collect(jobId)) === 'lost') lost.push(jobId)
    if (lost.length > 0) {
      this.#options.say(`${lost.length} shards are not in Redis any more (was it restarted?); queued again`)
      await this.#add(lost)
    }
    await this.#countWorkers()
  }

  /** The result of a shard, if it is there. */
  async #collect(jobId: string): Promise<'lost' | undefined> {
    const shard = this.#jobs.get(jobId)
    if (!shard || this.#ledger.has(shard.id)) return undefined
    const job = await this.#options.queue.getJob(jobId)
    // Whoever saw the result first has removed the job meanwhile.
    if (this.#ledger.has(shard.id)) return undefined
    if (!job) return 'lost'
    if (job.failedReason) throw failed(shard, job.failedReason)
    const answer = job.finishedOn === undefined ? undefined : (job.returnvalue as Answer | null)
    if (!answer) return undefined
    if ('error' in answer) throw fromWire(answer.error)
    if ('result' in answer) this.#ledger.finish(shard.id, answer.result as Result)
    await job.remove()
    if (this.#openJobs().length === 0) this.#settle?.done()
  }

  async #add(jobIds: readonly string[]): Promise<void> {
    await this.#keepAlive()
    const { queue, files } = this.#options
    await queue.addBulk(
      jobIds.map((jobId) => {
        const shard = this.#jobs.get(jobId)!
        return { name: shard.kind, data: { run: this.#id, version: VERSION, files, shard }, opts: { jobId } }
      }),
    )
  }

  /** Workers drop shards whose run has no key: their master is gone. */
  async #keepAlive(): Promise<void> {
    const client = await this.#options.queue.getBackend().client
    await client.set(runKey(this.#id), VERSION, { PX: KEY_LIFE })
  }

  async #countWorkers(): Promise<void> {
    const { queue, say, howToHelp } = this.#options
    const workers = await queue.getWorkersCount()
    if (workers === this.#workers) return
    this.#workers = workers
    say(workers === 0 ? `no worker is connected; ${howToHelp}` : `${workers} worker${workers > 1 ? 's' : ''} connected`)
  }

  #openJobs(): string[] {
    return [...this.#jobs].filter(([, { id }]) => !this.#ledger.has(id)).map(([jobId]) => jobId)
  }

  #guard(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#settle?.fail(error))
  }
}

/** Only a shard that was lost again and again fails in the queue. */
function failed(shard: Shard, reason: string): StageError {
  return new StageError('STAGE_WORKER_DIED', `${shard.id} was given up: ${reason}`, {
    stage: 'run',
    where: shard.id,
    fix: 'see what the workers print; memory is the usual cause: give them fewer processes (-p)',
  })
}
