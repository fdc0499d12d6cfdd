/** Shards on workers of any number of machines, through Redis: the master's side. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Queue, QueueEvents } from 'bullmq'
import { StageError } from '../errors.ts'
import { QueuedRun } from './queued-run.ts'
import {
  type Answer,
  connectionOf,
  loadBullmq,
  QUEUE,
  type QueuedShard,
  shownAddress,
  TIMING,
  watchConnection,
} from './redis-queue.ts'
import { fingerprints } from './same-files.ts'
import type { ShardEngine } from './shard-engine.ts'

export interface BullmqOptions {
  /** `redis://host:port` */
  redis: string
  /** Files that decide the results; a worker whose own differ refuses. */
  files: readonly string[]
  /** Told about connection, workers and lost shards. */
  say: (message: string) => void
  /** Milliseconds between two looks at every shard; most is known from events before. */
  look?: number
}

/** Milliseconds until Redis must have answered at the start. */
const FIRST_ANSWER = 5000
/** Milliseconds for saying goodbye to a Redis that may be gone. */
const GOODBYE = 2000
/** Events kept by Redis; each holds a result, and one that was missed is found by looking. */
const EVENTS_KEPT = 100

/**
 * The engine across machines: `openmapper worker` does the shards.
 *
 * Delivery is at least once; the first result of a shard counts. Shards that Redis has lost are queued again. Throws StageError where
 * Redis does not answer at the start; later the run waits for it.
 */
export function bullmqEngine({ redis, files: paths, say, look = TIMING.look }: BullmqOptions): ShardEngine {
  return async (shards, events) => {
    const { signal } = events
    signal?.throwIfAborted()
    const connection = connectionOf(redis)
    const { Queue, QueueEvents } = await loadBullmq()
    const files = await fingerprints(paths)
    const streams = { events: { maxLen: EVENTS_KEPT } }
    const queue: Queue<QueuedShard, Answer> = new Queue(QUEUE, { connection, streams })
    const queueEvents = new QueueEvents(QUEUE, { connection })
    const lastError = ignoreErrors(queue, queueEvents)
    const howToHelp = `start one, here or on any machine that has the same files: openmapper worker --redis ${shownAddress(redis)}`
    const run = new QueuedRun(shards, events, { queue, queueEvents, files, look, say, howToHelp })
    let stopWatching: (() => void) | undefined
    try {
      await within(FIRST_ANSWER, Promise.all([queue.waitUntilReady(), queueEvents.waitUntilReady()]), () =>
        noAnswer(redis, lastError()),
      )
      stopWatching = watchConnection(await queue.getBackend().client, redis, say, () => run.lookAfter())
      return await run.results(signal)
    } finally {
      stopWatching?.()
      if (stopWatching) await within(GOODBYE, run.remove()).catch(() => {})
      await within(GOODBYE, Promise.all([queue.close(), queueEvents.close()])).catch(() =>
        Promise.all([queue.disconnect(), queueEvents.disconnect()]),
      )
    }
  }
}

/** Without listeners errors would end the process; watchConnection tells of them. */
function ignoreErrors(...emitters: (Queue | QueueEvents)[]): () => unknown {
  let last: unknown
  for (const emitter of emitters) (emitter as QueueEvents).on('error', (error) => (last = error))
  return () => last
}

/** The promise, or an error when it takes too long. */
async function within<T>(ms: number, work: Promise<T>, late: () => Error = () => new Error('no answer')): Promise<T> {
  const timer = new AbortController()
  const slow = wait(ms, undefined, { signal: timer.signal }).then(() => {
    throw late()
  })
  slow.catch(() => {})
  return Promise.race([work, slow]).finally(() => timer.abort())
}

function noAnswer(redis: string, cause: unknown): StageError {
  const { message, code } = (cause ?? {}) as { message?: string; code?: string }
  const why = message || code
  return new StageError('STAGE_NO_REDIS', `no answer from Redis at ${shownAddress(redis)}${why ? `: ${why}` : ''}`, {
    stage: 'run',
    where: '--redis',
    fix: 'start it (redis-server; apt-get install redis-server), or correct the address',
    cause,
  })
}
