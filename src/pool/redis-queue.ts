/** The queue that masters and workers of all machines share: names, connection, what lies in it. */
import type { RedisConnectionClient, RedisOptions } from 'bullmq'
import { ArgumentError, StageError } from '../errors.ts'
import type { Shard, WireError } from './shard.ts'

export type Bullmq = typeof import('bullmq')

/** One queue for all evaluations, so that a worker needs nothing but the address. */
export const QUEUE = 'openmapper-shards'

/** What a job holds. */
export interface QueuedShard {
  /** The evaluation it belongs to. */
  run: string
  /** openmapper of the master. */
  version: string
  /** MD5 of the files that decide the result, by path: a worker must have the same. */
  files: Readonly<Record<string, string>>
  shard: Shard
}

/** What becomes of a job. An error of the shard travels like a result: for the queue, the job is done. */
export type Answer = { result: unknown } | { error: WireError } | { isUnwanted: true }

/** Key that exists while an evaluation is wanted; its master keeps it alive. */
export function runKey(run: string): string {
  return `openmapper-run-${run}`
}

/** Milliseconds. */
export interface QueueTiming {
  /** A worker that does not renew its hold on a shard for so long counts as dead. */
  lock: number
  /** The master looks after every shard this often, and learns of most from events before. */
  look: number
}

export const TIMING: QueueTiming = { lock: 10_000, look: 5000 }

/** Load bullmq, an optional dependency. Throws StageError where it is not installed. */
export async function loadBullmq(load: () => Promise<Bullmq> = () => import('bullmq')): Promise<Bullmq> {
  try {
    return await load()
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new StageError('STAGE_NO_BULLMQ', 'work across machines needs packages that are not installed', {
      stage: 'run',
      fix: 'npm install bullmq@6.7.0 ioredis@6.0.0',
      cause,
    })
  }
}

/** How to reach Redis: for ever, a little more patiently each time. Throws ArgumentError for what is no address. */
export function connectionOf(url: string): RedisOptions {
  if (!/^rediss?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw new ArgumentError('ARGUMENT_REDIS', `'${url}' is not the address of a Redis server`, {
      where: '--redis',
      fix: 'write it like redis://127.0.0.1:6379 or rediss://user:password@host:6380/0',
    })
  }
  // Commands wait for Redis to come back instead of failing.
  return { url, maxRetriesPerRequest: null, retryStrategy: (times) => Math.min(100 * times, 2000) }
}

/** The address without its password. */
export function shownAddress(url: string): string {
  const shown = new URL(url)
  if (shown.password) shown.password = '***'
  return shown.href
}

/** Say once that Redis is gone, once that it is back; `onBack` follows the latter. Returns how to stop watching. */
export function watchConnection(
  client: RedisConnectionClient,
  url: string,
  say: (message: string) => void,
  onBack = () => {},
): () => void {
  let isGone = false
  let isWatching = true
  client.on?.('close', () => {
    if (!isWatching || isGone) return
    isGone = true
    say(`no connection to Redis at ${shownAddress(url)}; waiting for it`)
  })
  client.on?.('ready', () => {
    if (!isWatching || !isGone) return
    isGone = false
    say('Redis is back')
    onBack()
  })
  return () => (isWatching = false)
}
