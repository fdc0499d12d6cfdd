/**
 * Values of the float network on some samples: its results, what is alive at the cheapest cuts, and for a while what is asked for.
 *
 * Whatever is asked for is computed from what was kept in the beginning, so that it does not depend on what was asked before.
 */
import type { SampleSource } from '../calibrate/collect.ts'
import type { Engine } from '../engine.ts'
import type { Node } from '../ir/node.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { Values } from '../search/error/measure.ts'
import { bytesOf, type CutNetwork } from './cut-network.ts'

export interface FloatValuesOptions {
  engine: Engine
  network: CutNetwork
  samples: SampleSource
  /** Which samples. */
  indices: readonly number[]
  /** Bytes for values at cuts, of one sample. */
  room: number
}

export class FloatValues {
  readonly #options: FloatValuesOptions
  readonly #inputs: ReadonlySet<string>
  readonly #keepsInputs: boolean
  /** Kept ones, and inputs, which can be read again. */
  readonly #known: ReadonlySet<string>
  /** By position among the samples. */
  #kept: readonly Values[] = []
  #ahead: readonly Values[] = []

  private constructor(options: FloatValuesOptions) {
    const { network, room } = options
    this.#options = options
    this.#inputs = new Set(network.model.graph.inputs.map(({ name }) => name))
    const kept = valuesToKeep(network, room)
    this.#known = new Set([...kept, ...this.#inputs])
    this.#keepsInputs = network.live[0].every((name) => kept.has(name))
  }

  /** Run the float network on the samples. */
  static async open(options: FloatValuesOptions): Promise<FloatValues> {
    const opened = new FloatValues(options)
    const computed = [...opened.#known].filter((name) => !opened.#inputs.has(name))
    opened.#kept = await opened.#compute(options.network.nodes, computed)
    return opened
  }

  /** Whether a value is at hand for every sample. */
  isKnown(value: string): boolean {
    return this.#known.has(value)
  }

  /** What was kept, by position of the sample; the results are among it. */
  get kept(): readonly Values[] {
    return this.#kept
  }

  /** Compute more values for every sample; those of the last time are forgotten. */
  async lookAhead(values: readonly string[]): Promise<void> {
    this.#ahead = []
    if (values.length === 0) return
    const nodes = this.#options.network.computing(values, (value) => this.isKnown(value))
    this.#ahead = await this.#compute(nodes, values)
  }

  /** Values (known, or looked ahead to) of one sample. */
  async of(position: number, names: readonly string[]): Promise<Map<string, Tensor>> {
    const found = new Map<string, Tensor | undefined>(
      names.map((name) => [name, this.#kept[position]?.get(name) ?? this.#ahead[position]?.get(name)]),
    )
    const { samples, indices } = this.#options
    const isRead = [...found.values()].includes(undefined)
    const read = isRead ? await samples.read(indices[position]) : undefined
    return new Map([...found].map(([name, tensor]) => [name, tensor ?? read!.get(name)!]))
  }

  async #compute(nodes: readonly Node[], outputs: readonly string[]): Promise<Values[]> {
    const { engine, network, indices } = this.#options
    const inputs = network.inputsOf(nodes)
    const all: Values[] = []
    const session = await engine.open(network.extract(nodes, outputs), 'all')
    try {
      for (const position of indices.keys()) {
        const feeds = await this.of(position, inputs)
        const results = await session.run(feeds)
        const isKept = this.#keepsInputs && this.#kept.length === 0
        all.push(isKept ? new Map([...feeds, ...results]) : results)
      }
    } finally {
      await session.release()
    }
    return all
  }
}

/** The results, and what is alive at as many cuts as there is room for; results do not count. */
function valuesToKeep({ model: { graph }, wanted, live }: CutNetwork, room: number): Set<string> {
  const kept = new Set(wanted)
  const cheapFirst = live.toSorted((a, b) => bytesOf(graph, a) - bytesOf(graph, b))
  let left = room
  for (const values of cheapFirst) {
    const more = values.filter((value) => !kept.has(value))
    const bytes = bytesOf(graph, more)
    if (bytes > left) continue
    left -= bytes
    for (const value of more) kept.add(value)
  }
  return kept
}
