/**
 * The error of quantized states of one network on chosen samples, fast enough for a search.
 *
 * The network runs as fake-quantized parts whose quantizers are inputs (fake-quant.ts). What a state shares with the accepted
 * one is not computed again: values alive at the cuts are kept, and a run starts at the first part that differs.
 */
import type { SampleSource } from '../calibrate/collect.ts'
import { withOutputs } from '../calibrate/observe.ts'
import type { Engine, EngineSession } from '../engine.ts'
import type { Node } from '../ir/node.ts'
import type { Tensor } from '../ir/tensor.ts'
import { elementCount } from '../ir/tensor.ts'
import { cutIntoParts, type Part } from './cuts.ts'
import type { Values } from './error/measure.ts'
import { OutputError } from './error/output-error.ts'
import { judgedValues, type OutputKinds, recogniseOutputs } from './error/recognise.ts'
import { type FakeQuantPart, fakeQuantPart, isFloatPart, partIdentity, quantizerFeeds } from './fake-quant.ts'
import type { QuantizedState } from './state.ts'

export interface EvaluatorOptions {
  engine: Engine
  /** The state accepted at first. */
  state: QuantizedState
  samples: SampleSource
  /** Samples to judge on; elsewhere they are named by their position in this list. */
  indices: readonly number[]
  kinds?: OutputKinds | undefined
  /** Bytes of values to keep at the cuts, all samples together. */
  cacheBytes?: number
  onProgress?: (done: number, total: number) => void
}

/** Into how many parts a network is cut. */
const PARTS = 8
/** Built parts to keep for each place in the network. */
const KEPT_SESSIONS = 2
const CACHE_BYTES = 64 * 2 ** 20

interface PartLayout {
  nodes: readonly Node[]
  identity: readonly unknown[]
}

interface OpenPart {
  /** Runs without quantizers. */
  isFloat: boolean
  identity: readonly unknown[]
  part: FakeQuantPart
  session: EngineSession
}

export class Evaluator {
  readonly error: OutputError
  /** Seconds of one float run. */
  readonly floatSeconds: number
  /** Samples run through the fake-quantized network so far, in whole networks. */
  runs = 0
  readonly #options: EvaluatorOptions
  readonly #parts: readonly Part[]
  /** Output names of each part: its nodes in any state. */
  readonly #values: readonly ReadonlySet<string>[]
  readonly #open: OpenPart[][]
  /** Values alive before a part, by part and sample position. */
  readonly #cache = new Map<number, Map<number, Values>>()
  /** Parts whose live values fit into the cache. */
  readonly #cached: ReadonlySet<number>
  readonly #layouts = new WeakMap<object, WeakMap<object, WeakMap<object, PartLayout[]>>>()
  #state: QuantizedState
  /** Errors of states by sample position. */
  readonly #errors = new WeakMap<QuantizedState, Map<number, number>>()

  private constructor(options: EvaluatorOptions, error: OutputError, floatSeconds: number) {
    this.#options = options
    this.error = error
    this.floatSeconds = floatSeconds
    this.#state = options.state
    const { graph } = options.state.model
    this.#parts = cutIntoParts(graph, error.values, PARTS)
    this.#values = this.#parts.map((part) => new Set(part.nodes.flatMap((node) => node.outputs)))
    this.#open = this.#parts.map(() => [])
    const bytes = this.#parts.map(
      ({ live }) =>
        4 * options.indices.length * live.reduce((sum, value) => sum + elementCount(graph.shape(value) ?? []), 0),
    )
    const cheapFirst = bytes.map((_, k) => k).slice(1)
    cheapFirst.sort((a, b) => bytes[a] - bytes[b])
    let room = options.cacheBytes ?? CACHE_BYTES
    this.#cached = new Set(cheapFirst.filter((k) => (room -= bytes[k]) >= 0))
  }

  /** Run the float network on the samples, recognise its outputs, and cut it. */
  static async open(options: EvaluatorOptions): Promise<Evaluator> {
    const { engine, state, samples, indices } = options
    const judged = judgedValues(state.model.graph)
    const session = await engine.open(withOutputs(state.model, judged), 'basic')
    const expected: Values[] = []
    let seconds = Infinity
    try {
      for (const [done, index] of indices.entries()) {
        const feeds = await samples.read(index)
        const started = performance.now()
        expected.push(await session.run(feeds))
        seconds = Math.min(seconds, (performance.now() - started) / 1000)
        options.onProgress?.(done + 1, indices.length)
      }
    } finally {
      await session.release()
    }
    const error = new OutputError(recogniseOutputs(state.model.graph, expected, options.kinds), expected)
    return new Evaluator(options, error, seconds)
  }

  /** The accepted state. */
  get state(): QuantizedState {
    return this.#state
  }

  /** Errors of a state, one per sample position. */
  async errors(state: QuantizedState, positions: readonly number[]): Promise<number[]> {
    const first = this.#firstDifference(state)
    const asked = first === this.#parts.length ? this.#state : state
    const known = this.#errors.get(asked) ?? new Map<number, number>()
    this.#errors.set(asked, known)
    const results: number[] = []
    for (const position of positions) {
      const error = known.get(position) ?? (await this.#run(state, first, position))
      known.set(position, error)
      results.push(error)
    }
    return results
  }

  /** Judge later states by their difference from this one. */
  accept(state: QuantizedState): void {
    const first = this.#firstDifference(state)
    for (const [k, values] of this.#cache) if (k > first) values.clear()
    if (first === this.#parts.length)
      this.#errors.set(state, this.#errors.get(this.#state) ?? new Map<number, number>())
    this.#state = state
  }

  /** Close the sessions, which hold memory; they open again when needed. */
  async rest(): Promise<void> {
    for (const sessions of this.#open) for (const { session } of sessions.splice(0)) await session.release()
  }

  async release(): Promise<void> {
    await this.rest()
    this.#cache.clear()
  }

  async #run(state: QuantizedState, first: number, position: number): Promise<number> {
    const from = Math.min(first, this.#parts.length - 1)
    let values: Values = await this.#valuesAt(from, position)
    for (let k = from; k < this.#parts.length; k++) values = await this.#step(state, k, values)
    return this.error.of(position, values)
  }

  /** Values of the accepted state alive before a part. */
  async #valuesAt(target: number, position: number): Promise<Values> {
    const isKept = (part: number): boolean => this.#cache.get(part)?.has(position) ?? false
    let k = target
    while (k > 0 && !isKept(k)) k--
    let values = this.#cache.get(k)?.get(position)
    values ??= await this.#options.samples.read(this.#options.indices[position])
    for (; k < target; k++) {
      values = await this.#step(this.#state, k, values)
      if (!this.#cached.has(k + 1)) continue
      const kept = this.#cache.get(k + 1) ?? new Map<number, Values>()
      this.#cache.set(k + 1, kept.set(position, values))
    }
    return values
  }

  /** Run one part: from the values alive before it to those alive behind it. */
  async #step(state: QuantizedState, k: number, values: Values): Promise<Values> {
    const part = this.#parts[k]
    const { session, part: built } = await this.#openPart(state, k)
    const feeds = quantizerFeeds(built, state)
    for (const name of part.inputs) feeds.set(name, values.get(name)!)
    const results = await session.run(feeds)
    this.runs += 1 / this.#parts.length
    const next = new Map<string, Tensor>(results)
    const alive = k + 1 < this.#parts.length ? this.#parts[k + 1].live : this.error.values
    for (const name of alive) if (!next.has(name)) next.set(name, values.get(name)!)
    return next
  }

  async #openPart(state: QuantizedState, k: number): Promise<OpenPart> {
    const { nodes, identity } = this.#layoutOf(state)[k]
    const sessions = this.#open[k]
    const isFloat = isFloatPart(state, nodes)
    const known = sessions.findIndex((open) => open.isFloat === isFloat && isSame(open.identity, identity))
    if (known >= 0) {
      const [open] = sessions.splice(known, 1)
      sessions.push(open)
      return open
    }
    if (sessions.length >= KEPT_SESSIONS) await sessions.shift()!.session.release()
    const { inputs, outputs } = this.#parts[k]
    const part = fakeQuantPart(state, nodes, inputs, outputs)
    const open = {
      isFloat,
      identity,
      part,
      session: await this.#options.engine.open(part.model, 'all-but-quantizers'),
    }
    sessions.push(open)
    return open
  }

  /** Nodes and identity of each part of a state; states that share model, weights and look-ups in float share them. */
  #layoutOf(state: QuantizedState): readonly PartLayout[] {
    const byWeights = this.#layouts.get(state.model) ?? new WeakMap<object, WeakMap<object, PartLayout[]>>()
    this.#layouts.set(state.model, byWeights)
    const byLookups = byWeights.get(state.calibration.weights) ?? new WeakMap<object, PartLayout[]>()
    byWeights.set(state.calibration.weights, byLookups)
    const known = byLookups.get(state.plan.afterOnly)
    if (known) return known
    const order = state.model.graph.sorted()
    const layout = this.#values.map((values) => {
      const nodes = order.filter((node) => values.has(node.outputs[0]))
      return { nodes, identity: partIdentity(state, nodes) }
    })
    byLookups.set(state.plan.afterOnly, layout)
    return layout
  }

  /** The first part in which a state differs from the accepted one; the number of parts where none does. */
  #firstDifference(state: QuantizedState): number {
    if (state === this.#state) return this.#parts.length
    const [own, other] = [this.#layoutOf(this.#state), this.#layoutOf(state)]
    const first = other.findIndex(
      ({ nodes, identity }, k) =>
        (own !== other && !isSame(own[k].identity, identity)) || quantizerDiffers(this.#state, state, nodes),
    )
    return first < 0 ? this.#parts.length : first
  }
}

function quantizerDiffers(a: QuantizedState, b: QuantizedState, nodes: readonly Node[]): boolean {
  const isFloat = isFloatPart(b, nodes)
  if (isFloatPart(a, nodes) !== isFloat) return true
  if (isFloat) return false
  for (const node of nodes) {
    for (const tensor of node.inputs) {
      const quantizer = b.plan.quantizers.get(tensor)
      if (!quantizer) continue
      if (a.calibration.thresholds.get(tensor) !== b.calibration.thresholds.get(tensor)) return true
      if (a.plan.quantizers.get(tensor)?.levels !== quantizer.levels) return true
    }
  }
  return false
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}
