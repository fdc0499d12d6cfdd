/** A float network in topological order, cut into consecutive parts where little is alive. */
import { extractModel } from '../ir/extract.ts'
import { type Graph, usedValues } from '../ir/graph.ts'
import type { Model } from '../ir/model.ts'
import type { Node } from '../ir/node.ts'
import { elementCount } from '../ir/tensor.ts'
import { cutIntoParts } from '../search/cuts.ts'
import type { Target } from './targets.ts'

/** Parts to aim for. Twice as many make a target 3 % cheaper to run (YOLOX-nano) and cost more sessions than that. */
const PARTS = 20

export class CutNetwork {
  readonly model: Model
  /** Values to compute in the end. */
  readonly wanted: readonly string[]
  /** Nodes that these need. */
  readonly nodes: readonly Node[]
  /** Values alive before each part. */
  readonly live: readonly (readonly string[])[]
  readonly #partOf: ReadonlyMap<string, number>

  /**
   * @param model float, types inferred
   * @param wanted values to compute in the end
   */
  constructor(model: Model, wanted: readonly string[]) {
    const parts = cutIntoParts(model.graph, wanted, PARTS)
    this.model = model
    this.wanted = wanted
    this.nodes = parts.flatMap(({ nodes }) => nodes)
    this.live = parts.map(({ live }) => live)
    this.#partOf = new Map(parts.flatMap(({ nodes }, k) => nodes.map((node) => [node.name, k])))
  }

  /** Whether anything that is wanted needs a node. */
  needs(node: string): boolean {
    return this.#partOf.has(node)
  }

  /** The part in which a target first changes something; undefined where it changes nothing that is wanted. */
  startOf({ insertions }: Target): number | undefined {
    const parts = insertions.flatMap(({ readers }) => readers.flatMap(({ node }) => this.#partOf.get(node) ?? []))
    return parts.length === 0 ? undefined : Math.min(...parts)
  }

  /** Nodes (in topological order) that compute values from what is known; they may be known themselves. */
  computing(values: readonly string[], isKnown: (value: string) => boolean): Node[] {
    const needed = new Set(values)
    const nodes: Node[] = []
    for (const node of this.nodes.toReversed()) {
      if (!node.outputs.some((output) => needed.has(output) && !isKnown(output))) continue
      nodes.push(node)
      for (const value of usedValues(node)) needed.add(value)
    }
    return nodes.reverse()
  }

  /** Some of its nodes as a model. */
  extract(nodes: readonly Node[], outputs: readonly string[]): Model {
    return extractModel(this.model, nodes, this.inputsOf(nodes), outputs)
  }

  /** What nodes read and do not compute; constants are no inputs. */
  inputsOf(nodes: readonly Node[]): string[] {
    const computed = new Set(nodes.flatMap((node) => node.outputs))
    const used = new Set(nodes.flatMap(usedValues))
    return [...used].filter((value) => !computed.has(value) && !this.model.graph.constant(value))
  }
}

/** Bytes of float values. */
export function bytesOf(graph: Graph, values: Iterable<string>): number {
  let elements = 0
  for (const value of values) elements += elementCount(graph.shape(value) ?? [])
  return 4 * elements
}
