import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasRedis, type RedisServer, startRedis } from '../../test/support/redis.ts'
import { bullmqEngine } from './bullmq-engine.ts'
import { serveQueue } from './bullmq-worker.ts'
import { loadBullmq } from './redis-queue.ts'
import type { ShardEvents } from './shard-engine.ts'
import { splitIndices, type Shard } from './shard.ts'

const ENTRY = new URL('../../test/support/pool-worker.ts', import.meta.url)
const LOCK = 1500

interface Sum {
  sum: number
  pid: number
}

function shards(kind: string, setup: object = {}, count = 60): Shard[] {
  return splitIndices(count, 10).map(({ start, end }) => {
    return { id: `${kind} ${start}..${end - 1}`, kind, setup, payload: { start, end }, size: end - start }
  })
}

/** What every engine must find. */
function expected(kind: string, count = 60): [string, number][] {
  return splitIndices(count, 10).map(({ start, end }) => {
    const sum = Array.from({ length: end - start }, (_, i) => (start + i) ** 2).reduce((a, b) => a + b)
    return [`${kind} ${start}..${end - 1}`, sum]
  })
}

let redis: RedisServer
let lines: string[]
let stops: (() => Promise<void>)[]
beforeEach(() => {
  lines = []
  stops = []
})
afterEach(async () => {
  await Promise.all(stops.map((stop) => stop()))
})

/** A worker inside this process. */
function startWorker(processes = 1): () => Promise<void> {
  const controller = new AbortController()
  const { signal } = controller
  const say = (line: string): void => void lines.push(line)
  const ended = serveQueue({ redis: redis.url, processes, lock: LOCK, signal, say, entry: ENTRY })
  const stop = (): Promise<void> => {
    controller.abort()
    return ended
  }
  stops.push(stop)
  return stop
}

/** A worker as a process of its own. */
async function forkWorker(): Promise<ChildProcess> {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const path = fileURLToPath(new URL('../../test/support/queue-worker.ts', import.meta.url))
  const worker = fork(path, [redis.url, String(LOCK)], { execArgv: ['--import', tsx] })
  stops.push(async () => void worker.kill('SIGKILL'))
  await new Promise<void>((ready) => {
    worker.on('message', (line) => typeof line === 'string' && line.startsWith('ready') && ready())
  })
  return worker
}

async function sums(work: readonly Shard[], events: ShardEvents<Sum> = {}, files: string[] = []) {
  const say = (line: string): void => void lines.push(line)
  const results = await bullmqEngine({ redis: redis.url, files, say, look: 300 })<Sum>(work, events)
  return [...results].map(([id, { sum }]) => [id, sum])
}

const keysOfRuns = (): Promise<string> => redis.ask('KEYS', '*-*-*-*')

describe.skipIf(!hasRedis)('shards through Redis', () => {
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterAll(() => redis.close())

  test('give what the fork pool gives, in shard order, and leave nothing in Redis', async () => {
    startWorker(2)
    const seen: number[] = []
    expect(await sums(shards('squares'), { onProgress: (done, total) => seen.push(done / total) })).toEqual(
      expected('squares'),
    )
    expect(seen.at(-1)).toBe(1)
    expect(await keysOfRuns()).toBe('*0\r\n')
  })

  test('bring errors back with code and advice; the rest is taken out of the queue', async () => {
    startWorker()
    const failing = { id: 'bad', kind: 'failing', setup: { user: true }, payload: null, size: 1 }
    await expect(sums([failing, ...shards('slow', { milliseconds: 20 })])).rejects.toMatchObject({
      name: 'DataError',
      code: 'DATA_TEST',
      where: 'a.png',
      fix: 'mend it',
    })
    await expect.poll(keysOfRuns).toBe('*0\r\n')
  })

  test('wait for a worker and say how to start one; a second master shares it', async () => {
    const first = sums(shards('squares'))
    await expect
      .poll(() => lines.at(-1))
      .toBe(
        `no worker is connected; start one, here or on any machine that has the same files: openmapper worker --redis ${redis.url}`,
      )
    const second = sums(shards('slow', { milliseconds: 1 }))
    startWorker()
    expect(await first).toEqual(expected('squares'))
    expect(await second).toEqual(expected('slow'))
    expect(lines).toContain('1 worker connected')
  })

  test('stop when the master is told to; the worker goes on to the next', async () => {
    startWorker()
    const controller = new AbortController()
    const stopped = sums(shards('slow', { milliseconds: 30 }), {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('stopped')),
    })
    await expect(stopped).rejects.toThrow('stopped')
    expect(await sums(shards('squares'))).toEqual(expected('squares'))
    await expect.poll(keysOfRuns).toBe('*0\r\n')
  })

  test('go back to the queue when a worker is told to stop', async () => {
    const stop = startWorker()
    let begun = (): void => {}
    const hasBegun = new Promise<void>((resolve) => (begun = resolve))
    const result = sums(shards('slow', { milliseconds: 60 }), { onProgress: (done) => void (done > 0 && begun()) })
    await hasBegun
    await stop()
    expect(lines.join('\n')).not.toContain('no connection')
    startWorker()
    expect(await result).toEqual(expected('slow'))
  })

  test('are refused by a machine that has other files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'files-'))
    const model = join(folder, 'net.onnx')
    writeFileSync(model, 'one')
    const work = sums(shards('squares'), {}, [model])
    await expect.poll(() => lines.length).toBeGreaterThan(0)
    writeFileSync(model, 'another')
    startWorker()
    await expect(work).rejects.toMatchObject({
      code: 'STAGE_OTHER_MACHINE',
      message: expect.stringMatching(/has another .*net.onnx \(md5/),
    })
    rmSync(folder, { recursive: true })
  })

  test('of a killed worker are done by another', async () => {
    const [victim] = await Promise.all([forkWorker(), forkWorker()])
    let isKilled = false
    const events: ShardEvents<Sum> = {
      onProgress(done) {
        if (done === 0 || isKilled) return
        isKilled = true
        victim.kill('SIGKILL')
      },
    }
    expect(await sums(shards('slow', { milliseconds: 60 }), events)).toEqual(expected('slow'))
    expect(isKilled).toBe(true)
  }, 30_000)

  test('cost an idle worker next to nothing', async () => {
    const worker = await forkWorker()
    await wait(500)
    const before = cpuSeconds(worker.pid!)
    await wait(1500)
    expect(cpuSeconds(worker.pid!) - before).toBeLessThan(0.3)
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    worker.kill('SIGINT')
    expect(await ended).toBe(0)
  }, 30_000)
})

describe.skipIf(!hasRedis).each([
  ['without persistence', false, /\d shards are not in Redis any more .*queued again/],
  ['with persistence', true, /Redis is back/],
])('a Redis that is restarted %s', (_, isPersistent, told) => {
  beforeAll(async () => {
    redis = await startRedis(isPersistent)
  })
  afterAll(() => redis.close())

  test('costs time, but no result', async () => {
    startWorker()
    let restarted: Promise<void> | undefined
    const restart = async (): Promise<void> => {
      await redis.kill()
      await wait(300)
      await redis.start()
    }
    const events: ShardEvents<Sum> = { onProgress: (done) => void (done > 15 && (restarted ??= restart())) }
    expect(await sums(shards('slow', { milliseconds: 20 }), events)).toEqual(expected('slow'))
    await restarted
    expect(lines).toContain(`no connection to Redis at ${redis.url}; waiting for it`)
    expect(lines).toContain('Redis is back')
    expect(lines.join('\n')).toMatch(told)
    await expect.poll(keysOfRuns).toBe('*0\r\n')
  }, 30_000)
})

describe('mistakes', () => {
  test('packages that are not installed are named', async () => {
    const missing = Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' })
    await expect(loadBullmq(() => Promise.reject(missing))).rejects.toMatchObject({
      code: 'STAGE_NO_BULLMQ',
      fix: 'npm install bullmq@6.7.0 ioredis@6.0.0',
    })
  })

  test.each(['localhost:6379', 'http://x', 'redis://'])('%s is no address', async (address) => {
    const engine = bullmqEngine({ redis: address, files: [], say: () => {} })
    await expect(engine([], {})).rejects.toMatchObject({ code: 'ARGUMENT_REDIS', where: '--redis' })
  })
})

/** Processor time of a process so far, from Linux's /proc; its clock ticks 100 times a second. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}
