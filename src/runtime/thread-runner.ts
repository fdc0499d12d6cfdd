/**
 * A runner of parts in a thread of its own (runner-thread.ts).
 *
 * A thread that is ended while it runs a model takes the process along; here it ends when the last run has.
 */
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { OptimizationLevel, PartRun, PartRunner } from '../engine.ts'
import { StageError } from '../errors.ts'
import type { Tensor } from '../ir/tensor.ts'
import { fromWire } from '../pool/shard.ts'
import { type FromRunner, runToWire, type ToRunner, valuesFromWire, whole } from './runner-wire.ts'

type Asked = ToRunner extends infer Message ? (Message extends ToRunner ? Omit<Message, 'id'> : never) : never

interface Waiting {
  resolve: (message: FromRunner) => void
  reject: (error: Error) => void
}

export class ThreadRunner implements PartRunner {
  readonly #thread: Worker
  readonly #waiting = new Map<number, Waiting>()
  #asked = 0
  #failure: Error | undefined

  /** @param threads of each session */
  constructor(threads: number) {
    this.#thread = startThread(threads)
    this.#thread.on('message', (message: FromRunner) => {
      const waiting = this.#waiting.get(message.id)
      this.#waiting.delete(message.id)
      if (message.error === undefined) waiting?.resolve(message)
      else waiting?.reject(fromWire(message.error))
    })
    this.#thread.on('error', (error) => this.#fail(error))
    this.#thread.on('messageerror', (error) => this.#fail(error))
    this.#thread.on('exit', (code) => this.#fail(new Error(`exit code ${code}`)))
  }

  async open(part: number, model: Uint8Array, level: OptimizationLevel): Promise<void> {
    await this.#ask({ type: 'open', part, model: whole(model), level })
  }

  async close(part: number): Promise<void> {
    await this.#ask({ type: 'close', part })
  }

  async run(run: PartRun): Promise<ReadonlyMap<string, Tensor>> {
    const { values } = await this.#ask({ type: 'run', run: runToWire(run) })
    return valuesFromWire(values!)
  }

  async forget(keys: readonly string[]): Promise<void> {
    await this.#ask({ type: 'forget', keys })
  }

  async release(): Promise<void> {
    try {
      if (this.#failure === undefined) await this.#ask({ type: 'release' })
    } finally {
      await this.#thread.terminate()
    }
  }

  #ask(message: Asked): Promise<FromRunner> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure)
      const id = this.#asked++
      this.#waiting.set(id, { resolve, reject })
      this.#thread.postMessage({ ...message, id }, [])
    })
  }

  #fail(cause: Error): void {
    this.#failure ??= new StageError('STAGE_THREAD_ENDED', `a thread that runs the model ended: ${cause.message}`, {
      stage: 'run',
      fix: 'memory is the usual cause: use one thread (--threads 1), or close other programs',
      cause,
    })
    for (const { reject } of this.#waiting.values()) reject(this.#failure)
    this.#waiting.clear()
  }
}

function startThread(threads: number): Worker {
  const extension = extname(fileURLToPath(import.meta.url))
  const entry = new URL(`./runner-thread${extension}`, import.meta.url)
  // `.js` beside the bundle that this module is part of.
  if (extension === '.js') return new Worker(entry, { workerData: threads })
  // From source: threads do not inherit the loader of TypeScript.
  const loader = import.meta.resolve('tsx/esm/api')
  const code = `import('${loader}').then(({ register }) => { register(); return import('${entry}') })`
  return new Worker(code, { workerData: threads, eval: true, execArgv: [] })
}
