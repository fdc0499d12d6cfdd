/** One process at a time saves a file; the others wait for it. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'

/** Milliseconds between two looks at another process's lock. */
const LOOK_EVERY = 500

/** Do `work` while no other process does work under the same lock file; `onWait` is told once who holds it. */
export async function locked<T>(
  path: string,
  work: () => Promise<T>,
  { onWait, signal }: { onWait: (holder: string) => void; signal: AbortSignal | undefined },
): Promise<T> {
  const own = `${process.pid} on ${hostname()}`
  let hasWaited = false
  while (!take(path, own)) {
    const holder = holderOf(path)
    if (holder !== undefined && isGone(holder)) rmSync(path, { force: true })
    else {
      if (!hasWaited) onWait(holder ?? 'another process')
      hasWaited = true
      await wait(LOOK_EVERY)
      signal?.throwIfAborted()
    }
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

function take(path: string, own: string): boolean {
  try {
    writeFileSync(path, own, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function holderOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8') || undefined
  } catch {
    return undefined
  }
}

/** Only of a process on this machine can it be known. */
function isGone(holder: string): boolean {
  const [pid, host] = holder.split(' on ')
  if (host !== hostname()) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
