/** One forked worker process, doing one shard after the other. */
import { fork, type ChildProcess } from 'node:child_process'
import { createRequire } from 'node:module'
import { extname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { fromWire, type FromWorker, type Shard, type ToWorker } from './shard.ts'

/** The process ended while it did a shard. */
export class WorkerDied extends Error {
  /** `SIGKILL`, `exit code 1`... */
  readonly how: string

  constructor(how: string) {
    super(`the worker process ended (${how})`)
    this.how = how
  }
}

/** Time between the polite and the hard kill, in milliseconds. */
const KILL_AFTER = 500

interface Current {
  progress: (done: number) => void
  resolve: (result: unknown) => void
  reject: (error: Error) => void
}

export class ForkedWorker {
  readonly #child: ChildProcess
  readonly #ended: Promise<void>
  #current: Current | undefined
  #how: string | undefined

  /** @param entry module that calls `serveShards`; ours unless a test brings its own */
  constructor(entry: URL = defaultEntry()) {
    this.#child = forkWorker(entry)
    this.#ended = new Promise((resolve) => {
      const ended = (how: string): void => {
        this.#how = how
        this.#finish()?.reject(new WorkerDied(how))
        resolve()
      }
      this.#child.on('exit', (code, signal) => ended(signal ?? `exit code ${code}`))
      this.#child.on('error', (error) => {
        // A process that never started has no pid and sends no 'exit'.
        if (this.#child.pid === undefined) ended(error.message)
      })
    })
    this.#child.on('message', (message) => this.#receive(message as FromWorker))
  }

  get hasEnded(): boolean {
    return this.#how !== undefined
  }

  /** Do a shard; `next` is what it will probably be given then. Rejects with the shard's error, or with WorkerDied. */
  run(shard: Shard, progress: (done: number) => void, next?: Shard): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#how !== undefined) return reject(new WorkerDied(this.#how))
      this.#current = { progress, resolve, reject }
      const message: ToWorker = { type: 'run', shard, next }
      // A process that died meanwhile reports through 'exit'.
      this.#child.send(message, () => {})
    })
  }

  /** Let it go: it ends by itself once the channel is closed. */
  async end(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect()
    await this.#ended
  }

  /** End it now, politely first. */
  async kill(): Promise<void> {
    if (this.#how === undefined) {
      this.#child.kill('SIGTERM')
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), KILL_AFTER)
      this.#child.once('exit', () => clearTimeout(timer))
    }
    await this.#ended
  }

  #receive(message: FromWorker): void {
    if (message.type === 'progress') return this.#current?.progress(message.done)
    const current = this.#finish()
    if (message.type === 'failed') current?.reject(fromWire(message.error))
    else current?.resolve(message.result)
  }

  #finish(): Current | undefined {
    const current = this.#current
    this.#current = undefined
    return current
  }
}

function defaultEntry(): URL {
  // `.ts` from source, `.js` beside the bundle that this module is part of.
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
