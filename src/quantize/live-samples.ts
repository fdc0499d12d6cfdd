/**
 * Samples on their way through a graph, segment by segment.
 *
 * Memory limits how many values are kept, and a network's first values are its largest: ten samples of MobileNetV1 fill what fifty
 * could share in its last layers, where a sample has 49 positions only. So where later values are small enough, further samples
 * join, run at once through everything that lies behind.
 */
import type { SampleSource } from '../calibrate/collect.ts'
import { spread } from '../calibrate/spread.ts'
import type { Engine } from '../engine.ts'
import { extractModel } from '../ir/extract.ts'
import type { Model } from '../ir/model.ts'
import type { Node } from '../ir/node.ts'
import type { Tensor } from '../ir/tensor.ts'
import { liveElements, type Segment } from './segments.ts'

/** Samples join where there is room for so many times those that are there, or for all. */
const WORTH_JOINING = 2
/** There are always so many. */
const FEWEST = 2
const BYTES = 4

export interface LiveOptions {
  engine: Engine
  segments: readonly Segment[]
  samples: SampleSource
  /** Which samples may be used. */
  indices: readonly number[]
  /** For the values between segments, all samples together. */
  memoryBytes: number
  /** Samples at most. */
  most: number
}

/** The values that are alive behind the segments that were run, of every sample that has joined. */
export class LiveSamples {
  /** Samples in the order in which they join. */
  readonly indices: readonly number[]
  /** Live values of each sample that has joined, by name. */
  readonly values: Map<string, Tensor>[] = []
  readonly #model: Model
  readonly #options: LiveOptions
  /** Samples at each segment. */
  readonly #counts: readonly number[]

  /** @param model that the segments were cut from; segments that were run may change it for samples that join later */
  constructor(model: Model, options: LiveOptions) {
    this.#model = model
    this.#options = options
    const { segments, memoryBytes, most, indices } = options
    const bytes = liveElements(model.graph, segments).map((elements) => BYTES * elements)
    this.#counts = sampleCounts(bytes, memoryBytes, Math.min(most, indices.length))
    this.indices = joiningOrder(indices, this.#counts)
  }

  /** Run a segment for every sample, then keep what later segments read, and its end: what nothing reads is the caller's to drop. */
  async run(k: number): Promise<void> {
    await this.#join(k)
    const { nodes, inputs, outputs, dead } = this.#options.segments[k]
    const open = await this.#open(nodes, inputs, outputs)
    try {
      for (const values of this.values) {
        await open.run(values)
        for (const name of dead) values.delete(name)
      }
    } finally {
      await open.release()
    }
  }

  /** Samples that join before a segment, one by one: of what lies behind, only what is alive is kept. */
  async #join(k: number): Promise<void> {
    const { segments, samples } = this.#options
    const joining = this.indices.slice(this.values.length, this.#counts[k])
    if (joining.length === 0) return
    const inputs = this.#model.graph.inputs.map(({ name }) => name)
    const live = this.values.length === 0 ? inputs : [...this.values[0].keys()]
    const nodes = segments.slice(0, k).flatMap((segment) => segment.nodes)
    const open = await this.#open(
      nodes,
      inputs,
      live.filter((name) => !inputs.includes(name)),
    )
    try {
      for (const index of joining) {
        const values = new Map(await samples.read(index))
        await open.run(values)
        for (const name of inputs) if (!live.includes(name)) values.delete(name)
        this.values.push(values)
      }
    } finally {
      await open.release()
    }
  }

  /** Nodes that add what they compute to the values of a sample. */
  async #open(nodes: readonly Node[], inputs: readonly string[], outputs: readonly string[]) {
    // onnxruntime refuses a run without outputs.
    if (outputs.length === 0) return { run: () => Promise.resolve(), release: () => Promise.resolve() }
    const session = await this.#options.engine.open(extractModel(this.#model, nodes, inputs, outputs), 'basic')
    return {
      async run(values: Map<string, Tensor>): Promise<void> {
        const feeds = new Map(inputs.map((name) => [name, values.get(name)!]))
        for (const [name, tensor] of await session.run(feeds, outputs)) values.set(name, tensor)
      },
      release: () => session.release(),
    }
  }
}

/** All that join, those of each time evenly spread over what was left: files of one scene or class stand together. */
function joiningOrder(indices: readonly number[], counts: readonly number[]): number[] {
  const order: number[] = []
  for (const count of new Set(counts)) {
    const left = indices.filter((index) => !order.includes(index))
    order.push(...spread(left, count - order.length))
  }
  return order
}

/**
 * How many samples there is room for at each segment, never fewer than before.
 *
 * @param bytes alive at each segment, for one sample
 * @param most samples
 */
export function sampleCounts(bytes: readonly number[], memoryBytes: number, most: number): number[] {
  let count = 0
  return bytes.map((_, k) => {
    const room = Math.min(most, Math.max(FEWEST, Math.floor(memoryBytes / Math.max(...bytes.slice(k)))))
    if (room === most || room >= WORTH_JOINING * count) count = room
    return count
  })
}
