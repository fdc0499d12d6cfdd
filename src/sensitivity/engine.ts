/**
 * How much quantizers cost at the outputs: everything in float but one target, or a group of them.
 *
 * The network is cut into about twenty parts where little is alive. A target costs two runs per sample from the values at the cut
 * before it: the parts in which its quantizers stand, then all that follows. Targets come in topological order, so that only the
 * values at one cut are kept.
 */
import { ErrorSums, type PooledErrors } from '../calibrate/error-metrics.ts'
import type { SampleSource } from '../calibrate/collect.ts'
import type { Engine, EngineSession, Fetches } from '../engine.ts'
import type { Model } from '../ir/model.ts'
import type { Values } from '../search/error/measure.ts'
import { OutputError } from '../search/error/output-error.ts'
import { recogniseOutputs } from '../search/error/recognise.ts'
import { bytesOf, CutNetwork, type Row } from './cut-network.ts'
import { type FloatNetwork, floatNetwork } from './float-network.ts'
import { FloatWalk, pick } from './float-walk.ts'
import { ResultBuffers } from './result-buffers.ts'
import { type QuantizedRow, quantizedRow } from './quantized-row.ts'
import type { Insertion } from './targets.ts'

export interface SensitivityOptions {
  engine: Engine
  /** As a build writes it. */
  calibrated: Model
  samples: SampleSource
  /** Which samples: at most `samplesAtOnce`, or memory grows with them. */
  indices: readonly number[]
  /** Compare these values instead of the model's outputs. */
  outputs?: readonly string[] | undefined
}

/** What was measured on some samples; of other samples the same can be added. */
export interface Measured {
  /** By compared value. */
  sums: PooledErrors[]
  /** What the task loses, summed over samples; 0 is nothing: scores and boxes, flipped classes... by what the outputs are. */
  error: number
}

/** From a part to the end. */
interface Rest {
  row: Row
  session: EngineSession
  results: Fetches | undefined
}

/** Bytes of float values kept at a cut, all samples together. */
const CUT_BYTES = 192 * 2 ** 20

export class SensitivityEngine {
  readonly #options: SensitivityOptions
  readonly #network: CutNetwork
  readonly #walk: FloatWalk
  readonly #compared: readonly string[]
  /** Float results by position of the sample. */
  readonly #expected: Values[] = []
  #error: OutputError | undefined
  /** Everything behind the last quantizers measured. */
  #rest: Rest | undefined
  /** For results from the cut before that on. */
  #buffers = new ResultBuffers()

  private constructor(options: SensitivityOptions, { model, compared, wanted }: FloatNetwork) {
    const { engine, samples, indices } = options
    this.#options = options
    this.#compared = compared
    const room = CUT_BYTES / indices.length
    this.#network = new CutNetwork(model, wanted, room)
    const keepsInputs = bytesOf(model.graph, this.#network.live(0)) <= room
    this.#walk = new FloatWalk({ engine, network: this.#network, samples, indices, keepsInputs })
  }

  /** Run the float network on the samples. Throws ArgumentError for a value to compare that the model does not compute. */
  static async open(options: SensitivityOptions): Promise<SensitivityEngine> {
    const float = floatNetwork(options.calibrated, options.outputs)
    const opened = new SensitivityEngine(options, float)
    await opened.#runFloat()
    opened.#error = new OutputError(recogniseOutputs(float.model.graph, opened.#expected), opened.#expected)
    return opened
  }

  /** Quantize these values for these readers, all else in float, and compare the outputs over all samples. */
  async measure(insertions: readonly Insertion[]): Promise<Measured> {
    const row = quantizedRow(this.#network, insertions)
    const sums = this.#compared.map(() => new ErrorSums())
    let error = 0
    const judge = (position: number, values: Values): void => {
      const expected = this.#expected[position]
      for (const [i, name] of this.#compared.entries()) {
        sums[i].add(expected.get(name)!.floats(), values.get(name)!.floats())
      }
      error += this.#error!.of(position, values)
    }
    if (row) await this.#run(row, judge)
    else for (const [position, values] of this.#expected.entries()) judge(position, values)
    return { sums: sums.map((one) => one.sums), error }
  }

  async release(): Promise<void> {
    await this.#rest?.session.release()
    this.#rest = undefined
    this.#walk.clear()
  }

  async #run(row: QuantizedRow, judge: (position: number, values: Values) => void): Promise<void> {
    await this.#walk.moveTo(row.first)
    const rest = await this.#openRest(row.last + 1)
    // One part of twenty: what better kernels save is less than what choosing them costs.
    const session = await this.#options.engine.open(row.model, 'basic')
    const buffers = this.#buffers.of(row.model.graph.outputs)
    try {
      for (const position of this.#options.indices.keys()) {
        const before = await this.#walk.values(position)
        const changed = new Map([...before, ...(await session.run(pick(before, row.inputs), buffers))])
        for (const [tensor, quantized] of row.replaced) changed.set(tensor, changed.get(quantized)!)
        const results = rest ? await rest.session.run(pick(changed, rest.row.inputs), rest.results) : []
        judge(position, new Map([...changed, ...results]))
      }
    } finally {
      await session.release()
    }
  }

  /** The session from a part to the end; undefined behind the last. */
  async #openRest(part: number): Promise<Rest | undefined> {
    if (this.#rest?.row.first === part) return this.#rest
    await this.#rest?.session.release()
    this.#rest = undefined
    this.#buffers = new ResultBuffers()
    if (part === this.#network.count) return undefined
    const row = this.#network.row(part, this.#network.count - 1)
    const model = this.#network.extract(row)
    const session = await this.#options.engine.open(model, 'all')
    this.#rest = { row, session, results: this.#buffers.of(model.graph.outputs) }
    return this.#rest
  }

  async #runFloat(): Promise<void> {
    const { engine, samples, indices } = this.#options
    const row = this.#network.row(0, this.#network.count - 1)
    const session = await engine.open(this.#network.extract(row), 'all')
    try {
      for (const index of indices) this.#expected.push(await session.run(pick(await samples.read(index), row.inputs)))
    } finally {
      await session.release()
    }
  }
}
