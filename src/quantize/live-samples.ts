/**
 * Samples on their way through a graph, segment by segment.
 *
 * Memory limits how many values are kept, and a network's first values are its largest: ten samples of MobileNetV1 fill what fifty
 * could share in its last layers, where a sample has 49 positions only. So where later values are small enough, further samples
 * join, run at once through everything that lies behind.
 */
import type { SampleSource } from '../calibrate/collect.ts'
import { spread } from '../calibrate/spread.ts'
import type { ChannelShift, PartRun } from '../engine.ts'
import { extractModel } from '../ir/extract.ts'
import type { Model } from '../ir/model.ts'
import type { Node } from '../ir/node.ts'
import type { Tensor } from '../ir/tensor.ts'
import { writeOnnx } from '../onnx/write.ts'
import type { Runners } from '../runners/runners.ts'
import { liveElements, type Segment } from './segments.ts'

/** Samples join where there is room for so many times those that are there, or for all. */
const WORTH_JOINING = 2
/** There are always so many. */
const FEWEST = 2
const BYTES = 4

export interface LiveOptions {
  /** Each keeps the values of its samples. */
  runners: Runners
  segments: readonly Segment[]
  samples: SampleSource
  /** Which samples may be used. */
  indices: readonly number[]
  /** For the values between segments, all samples together. */
  memoryBytes: number
  /** Samples at most. */
  most: number
}

/** Samples that have joined keep what is alive behind the segments that were run. */
export class LiveSamples {
  /** Samples in the order in which they join. */
  readonly indices: readonly number[]
  readonly #model: Model
  readonly #options: LiveOptions
  /** Samples at each segment. */
  readonly #counts: readonly number[]
  /** Of the keys that their values are kept under. */
  readonly #number: number
  #joined = 0

  /** @param model that the segments were cut from; segments that were run may change it for samples that join later */
  constructor(model: Model, options: LiveOptions) {
    this.#model = model
    this.#options = options
    const { segments, memoryBytes, most, indices } = options
    const bytes = liveElements(model.graph, segments).map((elements) => BYTES * elements)
    this.#counts = sampleCounts(bytes, memoryBytes, Math.min(most, indices.length))
    this.indices = joiningOrder(indices, this.#counts)
    this.#number = options.runners.nextNumber()
  }

  /**
   * Run a segment for every sample that has joined by then, and keep what later segments read.
   *
   * @param shifts added to values before, of samples that had joined already
   * @returns what is asked for, sample by sample
   */
  async run(
    k: number,
    answer: PartRun['answer'],
    shifts: readonly ChannelShift[] = [],
  ): Promise<ReadonlyMap<string, Tensor>[]> {
    const { runners, segments } = this.#options
    const before = this.#joined
    const alive = this.#aliveBefore(k)
    await this.#join(k, alive)
    const { nodes, inputs, outputs, dead, end, endIsRead } = segments[k]
    const behind = [...alive, ...outputs].filter((name) => !dead.includes(name) && (endIsRead || name !== end))
    const answers: ReadonlyMap<string, Tensor>[] = []
    await this.#opened(nodes, inputs, outputs, (part) =>
      runners.deal(range(0, this.#joined), async (runner, position) => {
        const key = this.#keyOf(position)
        const run = { start: key, shifts: position < before ? shifts : [], answer }
        const step = { part, feeds: new Map<string, Tensor>(), inputs, alive: behind, keep: key }
        answers[position] = await runner.run({ ...run, steps: [step] })
      }),
    )
    return answers
  }

  /** Drop the values. */
  release(): Promise<void> {
    // Also of those that were joining when something failed.
    return this.#options.runners.forget([...this.indices.keys()].map((position) => this.#keyOf(position)))
  }

  #keyOf(position: number): string {
    return `live ${this.#number} ${position}`
  }

  #aliveBefore(k: number): string[] {
    const alive = new Set(this.#model.graph.inputs.map(({ name }) => name))
    for (const { outputs, dead, end, endIsRead } of this.#options.segments.slice(0, k)) {
      for (const name of outputs) alive.add(name)
      for (const name of dead) alive.delete(name)
      if (!endIsRead) alive.delete(end)
    }
    return [...alive]
  }

  /** Samples that join before a segment, one by one: of what lies behind, only what is alive is kept. */
  async #join(k: number, alive: readonly string[]): Promise<void> {
    const { runners, segments, samples } = this.#options
    const joining = range(this.#joined, this.#counts[k])
    if (joining.length === 0) return
    const inputs = this.#model.graph.inputs.map(({ name }) => name)
    const nodes = segments.slice(0, k).flatMap((segment) => segment.nodes)
    const outputs = alive.filter((name) => !inputs.includes(name))
    await this.#opened(nodes, inputs, outputs, (part) =>
      runners.deal(joining, async (runner, position) => {
        const start = await samples.read(this.indices[position])
        const step = { part, feeds: new Map<string, Tensor>(), inputs, alive, keep: this.#keyOf(position) }
        await runner.run({ start, steps: [step], answer: { values: [] } })
      }),
    )
    this.#joined = this.#counts[k]
  }

  /** Open nodes as a part, while it is used. */
  async #opened(
    nodes: readonly Node[],
    inputs: readonly string[],
    outputs: readonly string[],
    use: (part: number | undefined) => Promise<void>,
  ): Promise<void> {
    // onnxruntime refuses a run without outputs.
    if (outputs.length === 0) return use(undefined)
    const part = extractModel(this.#model, nodes, inputs, outputs)
    await this.#options.runners.using(writeOnnx(part), 'basic', use)
  }
}

function range(start: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i)
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
