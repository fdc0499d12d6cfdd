/** Runs parts in the thread it lives in, one run after the other. */
import type { Engine, EngineSession, OptimizationLevel, PartRun, PartRunner, WantedMean } from '../engine.ts'
import { elementCount, Tensor } from '../ir/tensor.ts'
import { channelMeans, shiftChannels } from '../quantize/channel-means.ts'

type Values = ReadonlyMap<string, Tensor>

export class InlineRunner implements PartRunner {
  readonly #engine: Engine
  readonly #sessions = new Map<number, EngineSession>()
  /** Results of parts of which only means are wanted: the next run writes into them. */
  readonly #reused = new Map<number, Values>()
  readonly #kept = new Map<string, Values>()
  /** Whatever is asked for stands in line: two runs at a time would need the memory of two. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(engine: Engine) {
    this.#engine = engine
  }

  open(id: number, model: Uint8Array, level: OptimizationLevel): Promise<void> {
    return this.#inLine(async () => {
      this.#sessions.set(id, await this.#engine.open(model, level))
    })
  }

  close(id: number): Promise<void> {
    return this.#inLine(async () => {
      const session = this.#sessions.get(id)
      this.#sessions.delete(id)
      this.#reused.delete(id)
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

  async #run({ start, shifts = [], steps, answer: { values: wanted, means = [] } }: PartRun): Promise<Values> {
    let values = typeof start === 'string' ? this.#kept.get(start)! : start
    for (const { name, axis, values: added } of shifts) shiftChannels(values.get(name)!, axis, added)
    const answered = [...wanted, ...means.map(({ name }) => name)]
    for (const [k, { part, feeds, inputs, alive, keep }] of steps.entries()) {
      const fed = new Map(feeds)
      for (const name of inputs) fed.set(name, values.get(name)!)
      const onlyMeans = alive.length + wanted.length === 0 ? means : []
      const next = new Map(part === undefined ? [] : await this.#runPart(part, fed, onlyMeans))
      const passed = k === steps.length - 1 ? [...alive, ...answered] : alive
      for (const name of passed) if (!next.has(name)) next.set(name, values.get(name)!)
      values = next
      if (keep !== undefined) this.#kept.set(keep, new Map(alive.map((name) => [name, next.get(name)!])))
    }
    const answer = new Map(wanted.map((name) => [name, values.get(name)!]))
    for (const { name, axis } of means) {
      const own = channelMeans(values.get(name)!, axis)
      answer.set(name, Tensor.float32([own.length], own))
    }
    return answer
  }

  /** @param onlyMeans all that is wanted of the results: otherwise these are new */
  async #runPart(part: number, feeds: Values, onlyMeans: readonly WantedMean[]): Promise<Values> {
    const session = this.#sessions.get(part)!
    if (onlyMeans.length === 0) return session.run(feeds)
    const results =
      this.#reused.get(part) ??
      new Map(onlyMeans.map(({ name, shape }) => [name, Tensor.float32(shape, new Float32Array(elementCount(shape)))]))
    this.#reused.set(part, results)
    return session.run(feeds, results)
  }
}
