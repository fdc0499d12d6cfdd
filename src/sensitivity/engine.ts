/**
 * How much each quantizer alone costs at the outputs: everything in float but one target.
 *
 * The float network runs once per sample in parts; the values alive between parts are kept, so that a target costs the part it
 * stands in and what follows, about half a float run.
 */
import { ErrorSums, type ErrorFigures, worstFigures } from '../calibrate/error-metrics.ts'
import type { SampleSource } from '../calibrate/collect.ts'
import type { Engine, EngineSession } from '../engine.ts'
import { extractModel } from '../ir/extract.ts'
import { elementCount } from '../ir/tensor.ts'
import type { Model } from '../ir/model.ts'
import { inferTypes } from '../ops/infer.ts'
import { readCalibration } from '../quantize/calibrated.ts'
import { CALIBRATION_FUNCTION } from '../quantize/calibration-node.ts'
import { cutIntoParts, type Part } from '../search/cuts.ts'
import type { Values } from '../search/error/measure.ts'
import { OutputError } from '../search/error/output-error.ts'
import { judgedValues, recogniseOutputs } from '../search/error/recognise.ts'
import { comparedValues } from './compared-values.ts'
import type { Target } from './targets.ts'

export interface SensitivityOptions {
  engine: Engine
  /** As a build writes it. */
  calibrated: Model
  samples: SampleSource
  /** Which samples. */
  indices: readonly number[]
  /** Compare these values instead of the model's outputs. */
  outputs?: readonly string[] | undefined
}

export interface Sensitivity extends ErrorFigures {
  /** What the task loses, 0 for nothing: scores and boxes, flipped classes... by what the outputs are. */
  error: number
}

const PARTS = 10
/** Bytes of float values to keep between parts, all samples together. */
const CACHE_BYTES = 192 * 2 ** 20

export class SensitivityEngine {
  readonly #options: SensitivityOptions
  readonly #float: Model
  readonly #parts: readonly Part[]
  readonly #sessions: EngineSession[] = []
  readonly #compared: readonly string[]
  /** Values alive before a part, by part and sample. */
  readonly #cache = new Map<number, Map<number, Values>>()
  readonly #cached: ReadonlySet<number>
  /** Float results by sample. */
  readonly #expected: Values[] = []
  #error: OutputError | undefined

  private constructor(options: SensitivityOptions, float: Model) {
    const { graph } = float
    this.#options = options
    this.#float = float
    this.#compared = comparedValues(graph, options.outputs)
    this.#parts = cutIntoParts(graph, [...new Set([...this.#compared, ...judgedValues(graph)])], PARTS)
    this.#cached = affordableCuts(graph, this.#parts, options.indices.length)
  }

  /** Run the float network on the samples. Throws ArgumentError for a value to compare that the model does not compute. */
  static async open(options: SensitivityOptions): Promise<SensitivityEngine> {
    const { model: float } = readCalibration(options.calibrated)
    inferTypes(float.graph)
    const opened = new SensitivityEngine(options, float)
    for (const part of opened.#parts) {
      const model = extractModel(float, part.nodes, part.inputs, part.outputs)
      opened.#sessions.push(await options.engine.open(model, 'basic'))
    }
    for (const position of options.indices.keys()) opened.#expected.push(await opened.#runFloat(position))
    const measures = recogniseOutputs(float.graph, opened.#expected)
    opened.#error = new OutputError(measures, opened.#expected)
    return opened
  }

  /** Error at the outputs with this target quantized and all else in float, over all samples. */
  async measure(target: Target): Promise<Sensitivity> {
    const own = new Map<number, EngineSession>()
    try {
      for (const [k, part] of this.#parts.entries()) {
        const model = this.#quantizedPart(part, target)
        if (model) own.set(k, await this.#options.engine.open(model, 'basic'))
      }
      const first = Math.min(...own.keys(), this.#parts.length)
      const sums = this.#compared.map(() => new ErrorSums())
      let error = 0
      for (const position of this.#options.indices.keys()) {
        let values = first < this.#parts.length ? await this.#valuesAt(first, position) : this.#expected[position]
        for (let k = first; k < this.#parts.length; k++) {
          values = await this.#step(k, values, own.get(k) ?? this.#sessions[k])
        }
        const expected = this.#expected[position]
        for (const [i, name] of this.#compared.entries()) {
          sums[i].add(expected.get(name)!.floats(), values.get(name)!.floats())
        }
        error += this.#error!.of(position, values)
      }
      const figures = worstFigures(sums.map((sum) => sum.figures()))
      return { ...figures, error: error / this.#options.indices.length }
    } finally {
      for (const session of own.values()) await session.release()
    }
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.splice(0)) await session.release()
    this.#cache.clear()
  }

  /** The part with the target's quantizers before the readers that stand in it; undefined where none does. */
  #quantizedPart(part: Part, target: Target): Model | undefined {
    const names = new Set(part.nodes.map((node) => node.name))
    const here = target.insertions.flatMap(({ calibration, readers }) => {
      const inside = readers.filter(({ node }) => names.has(node))
      return inside.length === 0 ? [] : [{ calibration, inside }]
    })
    if (here.length === 0) return undefined
    const model = extractModel(this.#float, part.nodes, part.inputs, part.outputs)
    const { graph } = model
    const copies = new Map(graph.nodes.map((node) => [node.name, node]))
    for (const { calibration, inside } of here) {
      const quantizer = calibration.clone()
      quantizer.name = graph.freshNodeName(calibration.name)
      graph.addNode(quantizer)
      for (const { node, port } of inside) graph.setInput(copies.get(node)!, port, quantizer.outputs[0])
    }
    graph.sort()
    return { ...model, functions: [...model.functions, CALIBRATION_FUNCTION] }
  }

  async #runFloat(position: number): Promise<Values> {
    let values: Values = await this.#options.samples.read(this.#options.indices[position])
    for (let k = 0; k < this.#parts.length; k++) {
      if (this.#cached.has(k)) this.#keep(k, position, values)
      values = await this.#step(k, values, this.#sessions[k])
    }
    return values
  }

  async #valuesAt(target: number, position: number): Promise<Values> {
    let k = target
    while (k > 0 && !this.#cached.has(k)) k--
    let values = this.#cache.get(k)?.get(position)
    values ??= await this.#options.samples.read(this.#options.indices[position])
    for (; k < target; k++) values = await this.#step(k, values, this.#sessions[k])
    return values
  }

  #keep(part: number, position: number, values: Values): void {
    const kept = this.#cache.get(part) ?? new Map<number, Values>()
    this.#cache.set(part, kept.set(position, values))
  }

  /** From the values alive before a part to those alive behind it. */
  async #step(k: number, values: Values, session: EngineSession): Promise<Values> {
    const part = this.#parts[k]
    const next = await session.run(new Map(part.inputs.map((name) => [name, values.get(name)!])))
    const alive = this.#parts[k + 1]?.live ?? values.keys()
    for (const name of alive) if (!next.has(name)) next.set(name, values.get(name)!)
    return next
  }
}

/** Cuts whose live values fit into the cache, cheapest first; the model's inputs are read again where they do not. */
function affordableCuts(graph: Model['graph'], parts: readonly Part[], samples: number): ReadonlySet<number> {
  const bytes = parts.map(
    ({ live }) => 4 * samples * live.reduce((sum, value) => sum + elementCount(graph.shape(value) ?? []), 0),
  )
  let room = CACHE_BYTES
  const cheapFirst = [...bytes.keys()].sort((a, b) => bytes[a] - bytes[b])
  return new Set(cheapFirst.filter((k) => (room -= bytes[k]) >= 0))
}
