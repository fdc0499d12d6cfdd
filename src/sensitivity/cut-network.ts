/** A float network cut into consecutive parts, and any row of parts as a model. */
import { extractModel } from '../ir/extract.ts'
import { type Graph, usedValues } from '../ir/graph.ts'
import type { Model } from '../ir/model.ts'
import type { Node } from '../ir/node.ts'
import { elementCount } from '../ir/tensor.ts'
import { cutIntoParts } from '../search/cuts.ts'

/** Consecutive parts. */
export interface Row {
  first: number
  last: number
  nodes: readonly Node[]
  /** Values it reads. */
  inputs: readonly string[]
  /** Values it computes that later parts read, or that are wanted in the end. */
  outputs: readonly string[]
}

/**
 * Parts to aim for. Twice as many make a target 3 % cheaper to run (YOLOX-nano) and cost more sessions of the rest of the network
 * than that.
 */
const PARTS = 20

export class CutNetwork {
  readonly model: Model
  /** Values to compute in the end. */
  readonly wanted: readonly string[]
  readonly #parts: readonly (readonly Node[])[]
  readonly #live: readonly (readonly string[])[]
  readonly #partOf: ReadonlyMap<string, number>

  /**
   * @param model float, types inferred
   * @param wanted values to compute in the end
   * @param room bytes of values that may be alive at a cut; the beginning always is one
   */
  constructor(model: Model, wanted: readonly string[], room: number) {
    this.model = model
    this.wanted = wanted
    const parts: Node[][] = []
    const live: (readonly string[])[] = []
    for (const part of cutIntoParts(model.graph, wanted, PARTS)) {
      const isCut = parts.length === 0 || bytesOf(model.graph, part.live) <= room
      if (isCut) live.push(part.live)
      if (isCut) parts.push([...part.nodes])
      else parts.at(-1)!.push(...part.nodes)
    }
    this.#parts = parts
    this.#live = live
    this.#partOf = new Map(parts.flatMap((nodes, k) => nodes.map((node) => [node.name, k])))
  }

  get count(): number {
    return this.#parts.length
  }

  /** The part in which a node stands; undefined where nothing that is wanted needs it. */
  partOf(node: string): number | undefined {
    return this.#partOf.get(node)
  }

  /** Values alive before a part; what is wanted behind the last one. */
  live(part: number): readonly string[] {
    return this.#live[part] ?? this.wanted
  }

  /** Parts `first` to `last` (included). */
  row(first: number, last: number): Row {
    const nodes = this.#parts.slice(first, last + 1).flat()
    const used = new Set(nodes.flatMap(usedValues))
    const computed = new Set(nodes.flatMap((node) => node.outputs))
    return {
      first,
      last,
      nodes,
      inputs: this.live(first).filter((value) => used.has(value)),
      outputs: this.live(last + 1).filter((value) => computed.has(value)),
    }
  }

  /** The row as a model of its own. */
  extract({ nodes, inputs, outputs }: Row): Model {
    return extractModel(this.model, nodes, inputs, outputs)
  }
}

/** Bytes of float values. */
export function bytesOf(graph: Graph, values: readonly string[]): number {
  return 4 * values.reduce((sum, value) => sum + elementCount(graph.shape(value) ?? []), 0)
}
