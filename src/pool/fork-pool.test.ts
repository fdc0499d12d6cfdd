import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OpenMapperError, StageError } from '../errors.ts'
import { runShards, type PoolOptions } from './fork-pool.ts'
import { splitIndices, splitTapered, type Shard } from './shard.ts'

const entry = new URL('../../test/support/pool-worker.ts', import.meta.url)

interface Sum {
  sum: number
  pid: number
}

function squareShards(setup: object = {}): Shard[] {
  return splitIndices(100, 15).map(({ start, end }) => ({
    id: `squares ${start}..${end - 1}`,
    kind: 'squares',
    setup,
    payload: { start, end },
    size: end - start,
  }))
}

async function sums(options: Partial<PoolOptions<Sum>> & { processes: number }, setup: object = {}) {
  const results = await runShards<Sum>(squareShards(setup), { entry, ...options })
  return {
    sums: [...results].map(([id, { sum }]) => [id, sum]),
    pids: new Set([...results.values()].map(({ pid }) => pid)),
  }
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('should have failed'),
    (error: unknown) => error,
  )
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function waitUntilDead(pid: number): Promise<void> {
  await expect.poll(() => isAlive(pid), { timeout: 5000, interval: 20 }).toBe(false)
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pool-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('fork pool', () => {
  test('gives the same results, in shard order, for any number of processes', async () => {
    const one = await sums({ processes: 1 })
    expect(one.sums.slice(0, 2)).toEqual([
      ['squares 0..14', 1015],
      ['squares 15..29', 7540],
    ])
    expect(one.pids.size).toBe(1)
    const three = await sums({ processes: 3 })
    expect(three.sums).toEqual(one.sums)
    expect((await sums({ processes: 2 })).sums).toEqual(one.sums)
  })

  test('tells a worker what probably follows, where the same opened task can do it', async () => {
    const shard = (id: string, setup: string): Shard => ({ id, kind: 'following', setup, payload: id, size: 1 })
    const shards = [shard('a', 'x'), shard('b', 'x'), shard('c', 'y')]
    const results = await runShards<string | null>(shards, { processes: 1, entry })
    expect([...results]).toEqual([
      ['a', 'b'],
      ['b', null],
      ['c', null],
    ])
  })

  test('redoes the shard of a worker that was killed', async () => {
    const retries: string[] = []
    const crashed = await sums(
      { processes: 2, onRetry: (message) => retries.push(message) },
      { crashOnce: join(folder, 'crashed') },
    )
    expect(crashed.sums).toEqual((await sums({ processes: 1 })).sums)
    expect(retries).toEqual([
      expect.stringMatching(/^a worker ended \(SIGKILL\) while it did squares \d+\.\.\d+; done again$/),
    ])
  })

  test('gives up a shard that kills three workers, and names it', async () => {
    const error = await failureOf(sums({ processes: 1 }, { crashAlways: true }))
    expect(error).toBeInstanceOf(StageError)
    expect(error).toMatchObject({ code: 'STAGE_WORKER_DIED', where: 'squares 15..29' })
    expect((error as Error).message).toBe('the worker process ended (exit code 7) 3 times while it did squares 15..29')
  })

  test('brings errors back with code, place and advice', async () => {
    const shard = { id: 'only', kind: 'failing', setup: { user: true }, payload: null, size: 1 }
    const error = await failureOf(runShards([shard], { processes: 1, entry }))
    expect(error).toBeInstanceOf(OpenMapperError)
    expect(error).toMatchObject({
      name: 'DataError',
      code: 'DATA_TEST',
      where: 'a.png',
      fix: 'mend it',
      stage: 'dataset',
    })
    const bug = await failureOf(runShards([{ ...shard, setup: { user: false } }], { processes: 1, entry }))
    expect(bug).not.toBeInstanceOf(OpenMapperError)
    expect((bug as Error).stack).toContain('pool-worker')
  })

  test('reports every unit of work', async () => {
    const seen: number[] = []
    await sums({ processes: 2, onProgress: (done, total) => seen.push(done / total) })
    expect(seen.at(-1)).toBe(1)
    expect(seen.length).toBeGreaterThanOrEqual(100)
  })

  test('stops its children when it is told to', async () => {
    const controller = new AbortController()
    const pids: number[] = []
    const shard = { id: 'only', kind: 'hanging', setup: null, payload: null, size: 1 }
    const error = await failureOf(
      runShards([shard], {
        processes: 1,
        entry,
        signal: controller.signal,
        onProgress: (pid) => {
          pids.push(pid)
          controller.abort(new Error('stopped'))
        },
      }),
    )
    expect((error as Error).message).toBe('stopped')
    expect(isAlive(pids[0])).toBe(false)
  })

  test('leaves no orphan when the master is killed', async () => {
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
    const master = fork(fileURLToPath(new URL('../../test/support/pool-master.ts', import.meta.url)), {
      execArgv: ['--import', tsx],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    const pid = await new Promise<number>((resolve) => master.stdout!.once('data', (data) => resolve(Number(data))))
    expect(isAlive(pid)).toBe(true)
    master.kill('SIGKILL')
    await waitUntilDead(pid)
  })
})

test('tapered shards cover every index once, the last alone, none larger than the one before', () => {
  for (const [count, size] of [
    [0, 10],
    [1, 10],
    [40, 1],
    [400, 10],
    [5000, 50],
  ]) {
    const runs = splitTapered(count, size)
    expect(runs.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i))).toEqual(
      Array.from({ length: count }, (_, i) => i),
    )
    const sizes = runs.map(({ start, end }) => end - start)
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
    expect(sizes.at(-1) ?? 1).toBe(1)
    expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(size)
  }
})
