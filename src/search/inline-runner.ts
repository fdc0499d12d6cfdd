/** The parts runner of an engine that has none of its own: in the thread of the caller, one run after the other. */
import type { Engine, EngineSession, PartRun, PartRunner } from '../engine.ts'
import type { Tensor } from '../ir/tensor.ts'

type Values = ReadonlyMap<string, Tensor>

export class InlineRunner implements PartRunner {
  readonly #engine: Engine
  readonly #sessions = new Map<number, EngineSession>()
  readonly #kept = new Map<string, Values>()
  /** Whatever is asked for stands in line: two runs at a time would need the memory of two. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  open(id: number, model: Uint8Array): Promise<void> {
    return this.#inLine(async () => {
      this.#sessions.set(id, await this.#engine.open(model, 'all-but-quantizers'))
    })
  }

  close(id: number): Promise<void> {
    return this.#inLine(async () => {
      const session = this.#sessions.get(id)
      this.#sessions.delete(id)
      await session?.release()
    })
  }

  run(run: PartRun): Promise<Values> {
    return this.#inLine(() => this.#run(run))
  }

  forget(keys: readonly string[]): Promise<void> {
    return this.#inLine(async () => {
      for (const key of keys) this.#kept.delete(key)
    })
  }

  async release(): Promise<void> {
    await this.forget([...this.#kept.keys()])
    for (const id of this.#sessions.keys()) await this.close(id)
  }

  #inLine<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(act)
    // Who asked hears of the error; the next in line does not.
    this.#last = result.catch(() => {})
    return result
  }

  async #run({ start, steps }: PartRun): Promise<Values> {
    let values = typeof start === 'string' ? this.#kept.get(start)! : start
    for (const { part, feeds, inputs, alive, keep } of steps) {
      const fed = new Map(feeds)
      for (const name of inputs) fed.set(name, values.get(name)!)
      const next = new Map<string, Tensor>(await this.#sessions.get(part)!.run(fed))
      for (const name of alive) if (!next.has(name)) next.set(name, values.get(name)!)
      values = next
      if (keep !== undefined) this.#kept.set(keep, values)
    }
    return values
  }
}
