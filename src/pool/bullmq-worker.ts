/** Shards of masters anywhere, done on this machine: what `openmapper worker` does. */
import type { Job, Worker } from 'bullmq'
import { Lane } from './lane.ts'
import {
  type Answer,
  connectionOf,
  loadBullmq,
  QUEUE,
  type QueuedShard,
  runKey,
  shownAddress,
  TIMING,
  watchConnection,
} from './redis-queue.ts'
import { SameFiles } from './same-files.ts'
import { toWire } from './shard.ts'

export interface WorkerOptions {
  redis: string
  /** Shards at a time, each on a process of its own. */
  processes: number
  say: (message: string) => void
  /** Ends the worker: shards that are being done go back to the queue. */
  signal: AbortSignal
  /** Milliseconds without a sign of life after which another worker takes a shard over. */
  lock?: number
  /** Module that calls `serveShards`; ours unless a test brings its own. */
  entry?: URL
}

/** Milliseconds between two messages about the progress of a shard. */
const PROGRESS_EVERY = 500
/** Milliseconds for saying goodbye to a Redis that may be gone. */
const GOODBYE = 2000
/** A shard may be lost as often as machines come and go. */
const MANY_TIMES = 20

/**
 * Do shards until the signal comes. This process only carries messages, so that it can always renew its hold on the shards; processes
 * of a fork pool do the work (a blocked event loop would lose the hold).
 */
export async function serveQueue(options: WorkerOptions): Promise<void> {
  const { redis, processes, say, signal, lock = TIMING.lock, entry } = options
  const connection = connectionOf(redis)
  const { Worker, WaitingError } = await loadBullmq()
  const sameFiles = new SameFiles()
  const lanes = Array.from({ length: processes }, () => new Lane({ entry, onRetry: say }))
  const idle = [...lanes]

  async function isWanted({ data }: Job<QueuedShard>): Promise<boolean> {
    return (await (await worker.getBackend().client).get(runKey(data.run))) !== null
  }

  async function work(job: Job<QueuedShard, Answer>): Promise<Answer> {
    const { shard } = job.data
    const lane = idle.pop()!
    try {
      await sameFiles.require(job.data)
      const started = performance.now()
      const result = await lane.run(
        shard,
        throttled((done) => void job.updateProgress(done).catch(() => {})),
      )
      say(`${shard.id}: done in ${((performance.now() - started) / 1000).toFixed(1)} s`)
      return { result }
    } catch (error) {
      return { error: toWire(error) }
    } finally {
      idle.push(lane)
    }
  }

  const worker: Worker<QueuedShard, Answer> = new Worker<QueuedShard, Answer>(
    QUEUE,
    async (job, token) => {
      const answer: Answer = (await isWanted(job)) ? await work(job) : { isUnwanted: true }
      if (signal.aborted) {
        await job.moveToWait(token)
        throw new WaitingError()
      }
      // Nobody would take the answer away.
      if (!(await isWanted(job))) job.opts.removeOnComplete = true
      return answer
    },
    {
      connection,
      concurrency: processes,
      lockDuration: lock,
      stalledInterval: lock / 2,
      maxStalledCount: MANY_TIMES,
      // After a lost connection; BullMQ's own 15 seconds are long beside a shard.
      runRetryDelay: 1000,
    },
  )
  // Without a listener errors would end the process; watchConnection tells of those that matter.
  worker.on('error', () => {})
  await untilAborted(worker, redis, say, signal)
  // From here on it takes no more; what it has goes back as soon as its processes are gone.
  const closed = worker.close()
  await Promise.all(lanes.map((lane) => lane.kill()))
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, GOODBYE).unref())])
  await worker.disconnect()
}

async function untilAborted(
  worker: Worker,
  redis: string,
  say: (message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  if (signal.aborted) return
  let stopWatching = (): void => {}
  void worker.getBackend().client.then((client) => (stopWatching = watchConnection(client, redis, say)))
  const ready = worker.waitUntilReady().then(() => say(`ready for work from ${shownAddress(redis)}`))
  const slow = setTimeout(() => say(`no answer from Redis at ${shownAddress(redis)} yet; waiting for it`), 2000)
  void ready.finally(() => clearTimeout(slow)).catch(() => {})
  await stopped
  stopWatching()
  clearTimeout(slow)
}

/** At most one call in half a second. */
function throttled(tell: (done: number) => void): (done: number) => void {
  let last = -Infinity
  return (done) => {
    const now = performance.now()
    if (now - last < PROGRESS_EVERY) return
    last = now
    tell(done)
  }
}
