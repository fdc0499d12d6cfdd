/** A worker with tasks made for the pool's tests. */
import { existsSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { DataError } from '../../src/errors.ts'
import { serveShards } from '../../src/pool/serve.ts'
import type { Task } from '../../src/pool/shard.ts'

interface Range {
  start: number
  end: number
}

/** Sums the squares of a range; the setup may name a flag file whose absence makes the worker kill itself once. */
const squares: Task<{ crashOnce?: string; crashAlways?: boolean }, Range, { sum: number; pid: number }> = {
  async open({ crashOnce, crashAlways }) {
    return {
      async run({ start, end }, progress) {
        let sum = 0
        for (let i = start; i < end; i++) {
          sum += i * i
          progress(i + 1 - start)
        }
        if (crashOnce !== undefined && start > 0 && !existsSync(crashOnce)) {
          writeFileSync(crashOnce, '')
          process.kill(process.pid, 'SIGKILL')
          await sleep(10_000)
        }
        if (crashAlways && start > 0) process.exit(7)
        return { sum, pid: process.pid }
      },
      async close() {},
    }
  },
}

/** Throws: an error of the user's, or a bug. */
const failing: Task<{ user: boolean }, null, null> = {
  async open({ user }) {
    if (user)
      throw new DataError('DATA_TEST', 'the picture is broken', { stage: 'dataset', where: 'a.png', fix: 'mend it' })
    throw new TypeError('a bug')
  },
}

/** Says its pid through progress and then never ends. */
const hanging: Task<null, null, null> = {
  async open() {
    return {
      async run(_payload, progress) {
        progress(process.pid)
        await sleep(60_000)
        return null
      },
      async close() {},
    }
  },
}

/** Like squares, slowly: time to be killed. */
const slow: Task<{ milliseconds: number }, Range, { sum: number; pid: number }> = {
  async open({ milliseconds }) {
    return {
      async run({ start, end }, progress) {
        let sum = 0
        for (let i = start; i < end; i++) {
          await sleep(milliseconds)
          sum += i * i
          progress(i + 1 - start)
        }
        return { sum, pid: process.pid }
      },
      async close() {},
    }
  },
}

/** Gives back what it is told of the next shard. */
const following: Task<string, string, string | null> = {
  async open() {
    return {
      run: async (_payload, _progress, next) => next ?? null,
      async close() {},
    }
  },
}

serveShards({
  following: async () => following,
  slow: async () => slow,
  squares: async () => squares,
  failing: async () => failing,
  hanging: async () => hanging,
})
