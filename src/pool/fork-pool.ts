/** Shards on forked processes of this machine (why processes and not threads: ARCHITECTURE.md, decision 9). */
import { fork, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { StageError } from '../errors.ts'
import { fromWire, type FromWorker, type Shard, type ToWorker } from './shard.ts'

export interface PoolOptions<Result> {
  /** Number of worker processes; never more than shards are started. */
  processes: number
  /** Told after each unit of work. */
  onProgress?: (done: number, total: number) => void
  /** Told each result once, in the order in which shards finish. */
  onResult?: (id: string, result: Result) => void
  /** Told when a worker died and its shard is done again. */
  onRetry?: (message: string) => void
  /** Stops all workers; the promise rejects with the signal's reason. */
  signal?: AbortSignal
  /** Module that calls `serveShards`; ours unless a test brings its own. */
  entry?: URL
}

/** A shard that killed this many workers is given up. */
const MAX_ATTEMPTS = 3
/** Time between the polite and the hard kill, in milliseconds. */
const KILL_AFTER = 500

interface Worker {
  process: ChildProcess
  shard: Shard
  /** Units of the current shard that are done. */
  done: number
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
  if (new Set(shards.map((shard) => shard.id)).size !== shards.length)
    throw new RangeError('two shards have the same id')
  const results = new Map<string, Result>()
  const waiting = [...shards]
  const attempts = new Map<string, number>()
  const workers = new Set<Worker>()
  const total = shards.reduce((sum, shard) => sum + shard.size, 0)
  let finished = 0
  let failure: { error: unknown } | undefined

  await new Promise<void>((settle) => {
    const abort = (): void => fail(options.signal?.reason)
    options.signal?.addEventListener('abort', abort)

    function settleWhenIdle(): void {
      if (workers.size > 0) return
      options.signal?.removeEventListener('abort', abort)
      settle()
    }

    function fail(error: unknown): void {
      failure ??= { error }
      for (const worker of workers) stop(worker.process)
      settleWhenIdle()
    }

    function report(): void {
      let done = finished
      for (const worker of workers) done += worker.done
      options.onProgress?.(done, total)
    }

    /** Give the worker its next shard, or let it go when nothing is left. */
    function feed(worker: Worker): void {
      const shard = waiting.shift()
      if (!shard) {
        worker.process.disconnect()
        return
      }
      worker.shard = shard
      send(worker)
    }

    function receive(worker: Worker, message: FromWorker): void {
      if (failure || !workers.has(worker)) return
      if (message.type === 'failed') return fail(fromWire(message.error))
      if (message.type === 'progress') {
        worker.done = message.done
        return report()
      }
      finished += worker.shard.size
      worker.done = 0
      report()
      results.set(message.id, message.result as Result)
      options.onResult?.(message.id, message.result as Result)
      feed(worker)
    }

    function ended(worker: Worker, how: string): void {
      if (!workers.delete(worker)) return
      if (!failure && !results.has(worker.shard.id)) retry(worker.shard, how)
      settleWhenIdle()
    }

    function retry(shard: Shard, how: string): void {
      const tries = (attempts.get(shard.id) ?? 0) + 1
      attempts.set(shard.id, tries)
      if (tries >= MAX_ATTEMPTS) return fail(gaveUp(shard, how))
      options.onRetry?.(`a worker ended (${how}) while it did ${shard.id}; done again`)
      start(shard)
    }

    function start(shard: Shard): void {
      const worker: Worker = { process: forkWorker(options.entry ?? defaultEntry()), shard, done: 0 }
      workers.add(worker)
      worker.process.on('message', (message) => receive(worker, message as FromWorker))
      worker.process.on('error', (error) => {
        // A process that never started has no pid and sends no 'exit'.
        if (worker.process.pid === undefined) ended(worker, error.message)
      })
      worker.process.on('exit', (code, signal) => ended(worker, signal ?? `exit code ${code}`))
      send(worker)
    }

    if (options.signal?.aborted) return abort()
    while (workers.size < options.processes && waiting.length > 0) start(waiting.shift()!)
    settleWhenIdle()
  })

  if (failure) throw failure.error
  return new Map(shards.map((shard) => [shard.id, results.get(shard.id)!]))
}

function send(worker: Worker): void {
  const message: ToWorker = { type: 'run', shard: worker.shard }
  // A worker that died meanwhile reports through 'exit'.
  worker.process.send(message, () => {})
}

function stop(child: ChildProcess): void {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER)
  child.once('exit', () => clearTimeout(timer))
}

function gaveUp(shard: Shard, how: string): StageError {
  const message = `the worker process ended (${how}) ${MAX_ATTEMPTS} times while it did ${shard.id}`
  return new StageError('STAGE_WORKER_DIED', message, {
    stage: 'run',
    where: shard.id,
    fix: 'memory is the usual cause: use fewer processes (-p), or close other programs',
  })
}

function defaultEntry(): URL {
  // `.ts` from source, `.js` from dist.
  return new URL(`./worker${extname(fileURLToPath(import.meta.url))}`, import.meta.url)
}

function forkWorker(entry: URL): ChildProcess {
  const path = fileURLToPath(entry)
  const execArgv = [...process.execArgv]
  if (path.endsWith('.ts') && !execArgv.some((argument) => argument.includes('tsx'))) {
    execArgv.push('--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href)
  }
  return fork(path, [], { execArgv, serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
}
