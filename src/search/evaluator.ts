/**
 * The error of quantized states of one network on chosen samples, fast enough for a search.
 *
 * The network runs as fake-quantized parts whose quantizers are inputs (fake-quant.ts). What a state shares with the accepted
 * one is not computed again: values alive at the cuts are kept, and a run starts at the first part that differs.
 */
import type { SampleSource } from '../calibrate/collect.ts'
import { withOutputs } from '../calibrate/observe.ts'
import type { Engine, PartRun, PartStep } from '../engine.ts'
import type { Node } from '../ir/node.ts'
import { writeOnnx } from '../onnx/write.ts'
import { InlineRunner } from '../runners/inline-runner.ts'
import { allOrFirstError, Runners } from '../runners/runners.ts'
import { cutIntoParts, elementsOf, type Part } from './cuts.ts'
import type { Values } from './error/measure.ts'
import { OutputError } from './error/output-error.ts'
import { judgedValues, type OutputKinds, recogniseOutputs } from './error/recognise.ts'
import { type FakeQuantPart, fakeQuantPart, isFloatPart, partIdentity, quantizerFeeds } from './fake-quant.ts'
import { mostRunners } from './runner-memory.ts'
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
  /** Its number for the runners. */
  id: number
}

export class Evaluator {
  readonly error: OutputError
  /** Seconds of one float run. */
  readonly floatSeconds: number
  /** Whoever else has samples to run may use them while this rests. */
  readonly runners: Runners
  /** Samples run through the fake-quantized network so far, in whole networks. */
  runs = 0
  readonly #options: EvaluatorOptions
  readonly #parts: readonly Part[]
  /** Output names of each part: its nodes in any state. */
  readonly #values: readonly ReadonlySet<string>[]
  readonly #open: OpenPart[][]
  /** Sample positions whose values alive before a part are kept, by part. */
  readonly #kept = new Map<number, Set<number>>()
  /** Keys of values that runners may drop. */
  readonly #stale: string[] = []
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
    const bytes = this.#parts.map(({ live }) => 4 * options.indices.length * elementsOf(graph, live))
    const cheapFirst = bytes.map((_, k) => k).slice(1)
    cheapFirst.sort((a, b) => bytes[a] - bytes[b])
    let room = options.cacheBytes ?? CACHE_BYTES
    this.#cached = new Set(cheapFirst.filter((k) => (room -= bytes[k]) >= 0))
    const most = mostRunners(graph, {
      judged: error.values,
      samples: options.indices.length,
      sessions: KEPT_SESSIONS,
      means: options.state.plan.weighted.map(({ node }) => node.outputs[0]),
    })
    this.runners = new Runners(options.engine.runners?.(most) ?? [new InlineRunner(options.engine)])
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
    const missing = [...new Set(positions)].filter((position) => !known.has(position))
    if (missing.length > 0) await this.#measure(state, first, missing, known)
    return positions.map((position) => known.get(position)!)
  }

  /** Judge later states by their difference from this one. */
  accept(state: QuantizedState): void {
    const first = this.#firstDifference(state)
    this.#forgetBehind(first)
    if (first === this.#parts.length)
      this.#errors.set(state, this.#errors.get(this.#state) ?? new Map<number, number>())
    this.#state = state
  }

  /** Close the sessions, which hold memory; they open again when needed. */
  async rest(): Promise<void> {
    for (const parts of this.#open) {
      for (const { id } of parts.splice(0)) await this.runners.close(id)
    }
  }

  async release(): Promise<void> {
    this.#kept.clear()
    await this.runners.release()
  }

  /** Errors of a state at positions where it is not known yet, every runner at its own. */
  async #measure(
    state: QuantizedState,
    first: number,
    positions: readonly number[],
    known: Map<number, number>,
  ): Promise<void> {
    await this.runners.forget(this.#stale.splice(0))
    const from = Math.min(first, this.#parts.length - 1)
    const starts = new Map(positions.map((position) => [position, this.#startBefore(from, position)]))
    const steps: Omit<PartStep, 'keep'>[] = []
    const opening: Promise<void>[] = []
    for (let k = Math.min(...starts.values()); k < this.#parts.length; k++) {
      const shown = k < from ? this.#state : state
      const { id, part } = await this.#openPart(shown, k, opening)
      const alive = k + 1 < this.#parts.length ? this.#parts[k + 1].live : this.error.values
      steps[k] = { part: id, feeds: quantizerFeeds(part, shown), inputs: this.#parts[k].inputs, alive }
    }
    const measuring = this.runners.deal(positions, async (runner, position) => {
      const start = starts.get(position)!
      const run: PartRun = {
        start: start > 0 ? keyOf(start, position) : await this.#options.samples.read(this.#options.indices[position]),
        steps: steps.slice(start).map((step, i) => {
          const isKept = start + i < from && this.#cached.has(start + i + 1)
          return { ...step, keep: isKept ? keyOf(start + i + 1, position) : undefined }
        }),
        answer: { values: this.error.values },
      }
      const values = await runner.run(run)
      this.runs += run.steps.length / this.#parts.length
      for (let k = start; k < from; k++) if (this.#cached.has(k + 1)) this.#keptAt(k + 1).add(position)
      known.set(position, this.error.of(position, values))
    })
    // What cannot be opened cannot be run either: its own error comes first.
    await allOrFirstError([...opening, measuring])
  }

  /** Values kept behind a part are of no use any more. */
  #forgetBehind(part: number): void {
    for (const [k, positions] of this.#kept) {
      if (k <= part) continue
      for (const position of positions) this.#stale.push(keyOf(k, position))
      positions.clear()
    }
  }

  /** The last part at or before `target` before which the accepted state's values are kept; 0 where none are. */
  #startBefore(target: number, position: number): number {
    let k = target
    while (k > 0 && !this.#keptAt(k).has(position)) k--
    return k
  }

  #keptAt(k: number): Set<number> {
    const kept = this.#kept.get(k) ?? new Set<number>()
    this.#kept.set(k, kept)
    return kept
  }

  /** A part of a state, opened or being opened: runners do what they are asked in order. */
  async #openPart(state: QuantizedState, k: number, opening: Promise<void>[]): Promise<OpenPart> {
    const { nodes, identity } = this.#layoutOf(state)[k]
    const parts = this.#open[k]
    const isFloat = isFloatPart(state, nodes)
    const known = parts.findIndex((open) => open.isFloat === isFloat && isSame(open.identity, identity))
    if (known >= 0) {
      const [open] = parts.splice(known, 1)
      parts.push(open)
      return open
    }
    if (parts.length >= KEPT_SESSIONS) {
      const { id } = parts.shift()!
      await this.runners.close(id)
    }
    const { inputs, outputs } = this.#parts[k]
    const part = fakeQuantPart(state, nodes, inputs, outputs)
    const open = { isFloat, identity, part, id: this.runners.nextNumber() }
    const opened = this.runners.open(open.id, writeOnnx(part.model), 'all-but-quantizers')
    opened.catch(() => {})
    opening.push(opened)
    parts.push(open)
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

/** What a runner keeps the values alive before a part under. */
function keyOf(part: number, position: number): string {
  return `${part} ${position}`
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
