/** The float values at one cut of a network, for all samples: it goes from cut to cut, so that memory holds the values of one. */
import type { SampleSource } from '../calibrate/collect.ts'
import type { Engine } from '../engine.ts'
import type { Values } from '../search/error/measure.ts'
import type { CutNetwork } from './cut-network.ts'

export interface WalkOptions {
  engine: Engine
  network: CutNetwork
  samples: SampleSource
  /** Which samples. */
  indices: readonly number[]
  /** Keep what the network reads; otherwise samples are read again whenever they are needed. */
  keepsInputs: boolean
}

export class FloatWalk {
  readonly #options: WalkOptions
  /** The cut before this part. */
  #part = 0
  /** By position among the samples; empty where samples are read again. */
  #values: Values[] = []

  constructor(options: WalkOptions) {
    this.#options = options
  }

  /** Go to the cut before a part; back is all the way from the start. */
  async moveTo(part: number): Promise<void> {
    const { keepsInputs } = this.#options
    if (part < this.#part || (part === 0 && keepsInputs && this.#values.length === 0)) await this.#restart()
    while (this.#part < part) await this.#step()
  }

  /** Values alive at the cut, of one sample. */
  async values(position: number): Promise<Values> {
    const { samples, indices } = this.#options
    return this.#values[position] ?? (await samples.read(indices[position]))
  }

  /** Forget the values. */
  clear(): void {
    this.#part = 0
    this.#values = []
  }

  /** One part on. Never several in one session, whose rounding would be another: the values at a cut are the same whoever goes there. */
  async #step(): Promise<void> {
    const { engine, network, indices } = this.#options
    const row = network.row(this.#part, this.#part)
    const session = await engine.open(network.extract(row), 'all')
    try {
      for (const position of indices.keys()) {
        const values = await this.values(position)
        const next = await session.run(pick(values, row.inputs))
        for (const name of network.live(this.#part + 1)) if (!next.has(name)) next.set(name, values.get(name)!)
        this.#values[position] = next
      }
    } finally {
      await session.release()
    }
    this.#part++
  }

  async #restart(): Promise<void> {
    const { samples, indices, keepsInputs } = this.#options
    this.clear()
    if (keepsInputs) for (const index of indices) this.#values.push(await samples.read(index))
  }
}

/** What a session is fed. */
export function pick(values: Values, names: readonly string[]): Values {
  return new Map(names.map((name) => [name, values.get(name)!]))
}
