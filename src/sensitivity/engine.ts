/**
 * How much quantizers cost at the outputs: everything in float but one target, or a group of them.
 *
 * The network is cut into about twenty parts where little is alive. Targets that start in one part share a session of all that they
 * change, in which each can be turned on; what they do not change is fed. A target costs one run of it per sample.
 */
import { ErrorSums, type PooledErrors } from '../calibrate/error-metrics.ts'
import type { SampleSource } from '../calibrate/collect.ts'
import type { Engine, EngineSession, Fetches } from '../engine.ts'
import type { Model } from '../ir/model.ts'
import { OutputError } from '../search/error/output-error.ts'
import { recogniseOutputs } from '../search/error/recognise.ts'
import { CutNetwork } from './cut-network.ts'
import { floatNetwork } from './float-network.ts'
import { FloatValues } from './float-values.ts'
import { resultBuffers } from './result-buffers.ts'
import { type SwitchedNetwork, switchedNetwork } from './switched-network.ts'
import { listTargets, type Target, type TargetKind } from './targets.ts'

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
  /** By compared value; none where they were not asked for. */
  sums: PooledErrors[]
  /** What the task loses, by sample; 0 is nothing: scores and boxes, flipped classes... by what the outputs are. */
  errors: number[]
}

/** All targets of a kind that start in a row of parts, ready to be turned on. */
interface Row {
  kind: TargetKind
  first: number
  last: number
  network: SwitchedNetwork
  session: EngineSession
  results: Fetches | undefined
}

/** Bytes of float values kept at cuts, all samples together. */
const CUT_BYTES = 128 * 2 ** 20
/** Bytes of float values kept for the targets of a row. */
const AHEAD_BYTES = 64 * 2 ** 20

export class SensitivityEngine {
  readonly #options: SensitivityOptions
  readonly #network: CutNetwork
  readonly #compared: readonly string[]
  readonly #float: FloatValues
  readonly #error: OutputError
  readonly #targets = new Map<TargetKind, readonly Target[]>()
  #row: Row | undefined

  private constructor(
    options: SensitivityOptions,
    network: CutNetwork,
    compared: readonly string[],
    float: FloatValues,
  ) {
    this.#options = options
    this.#network = network
    this.#compared = compared
    this.#float = float
    this.#error = new OutputError(recogniseOutputs(network.model.graph, float.kept), float.kept)
  }

  /** Run the float network on the samples. Throws ArgumentError for a value to compare that the model does not compute. */
  static async open(options: SensitivityOptions): Promise<SensitivityEngine> {
    const { engine, samples, indices } = options
    const { model, compared, wanted } = floatNetwork(options.calibrated, options.outputs)
    const network = new CutNetwork(model, wanted)
    const float = await FloatValues.open({ engine, network, samples, indices, room: CUT_BYTES / indices.length })
    return new SensitivityEngine(options, network, compared, float)
  }

  /**
   * Quantize these targets (of one kind) together, all else in float, and compare the outputs.
   *
   * @param positions samples to use, by their place among the engine's
   * @param sums whether they are wanted: they take longer than the errors
   */
  async measure(
    targets: readonly Target[],
    positions: Iterable<number> = this.#float.kept.keys(),
    { sums: wantsSums } = { sums: true },
  ): Promise<Measured> {
    const row = await this.#openRow(targets)
    const switches = row?.network.switches(new Set(targets.map(({ name }) => name)))
    const compared = wantsSums ? this.#compared : []
    const sums = compared.map(() => new ErrorSums())
    const errors: number[] = []
    for (const position of positions) {
      const expected = this.#float.kept[position]
      let values = expected
      if (row && switches) {
        const feeds = await this.#float.of(position, row.network.inputs)
        for (const [name, tensor] of switches) feeds.set(name, tensor)
        values = new Map([...expected, ...(await row.session.run(feeds, row.results))])
      }
      for (const [i, name] of compared.entries()) {
        sums[i].add(expected.get(name)!.floats(), values.get(name)!.floats())
      }
      errors.push(this.#error.of(position, values))
    }
    return { sums: sums.map((one) => one.sums), errors }
  }

  async release(): Promise<void> {
    await this.#row?.session.release()
    this.#row = undefined
  }

  /** Undefined where the targets change nothing that is wanted. */
  async #openRow(targets: readonly Target[]): Promise<Row | undefined> {
    const starts = targets.flatMap((target) => this.#network.startOf(target) ?? [])
    if (starts.length === 0) return undefined
    const [first, last] = [Math.min(...starts), Math.max(...starts)]
    const [{ kind }] = targets
    if (this.#row?.kind === kind && this.#row.first === first && this.#row.last === last) return this.#row
    await this.release()
    const { engine, calibrated, indices } = this.#options
    const known = this.#targets.get(kind) ?? listTargets(calibrated.graph, kind)
    this.#targets.set(kind, known)
    // All of them, whatever is measured now: the same session every time gives the same figures.
    const here = known.filter((target) => {
      const start = this.#network.startOf(target)
      return start !== undefined && start >= first && start <= last
    })
    const isKnown = (value: string): boolean => this.#float.isKnown(value)
    const network = switchedNetwork(this.#network, here, isKnown, AHEAD_BYTES / indices.length)
    await this.#float.lookAhead(network.ahead)
    const session = await engine.open(network.model, 'all')
    this.#row = { kind, first, last, network, session, results: resultBuffers(network.model.graph.outputs) }
    return this.#row
  }
}
