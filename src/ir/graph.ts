/**
 * The graph every stage works on: nodes, constants, typed values.
 *
 * Values are strings, as in ONNX. `producer`, `consumers` and `sorted` are answered from an index that is rebuilt after a
 * change; all changes go through the methods here.
 */
import type { DType } from './dtype.ts'
import { Node, type NodeFields } from './node.ts'
import type { Tensor } from './tensor.ts'

/** A dimension: a number >= 0, or a name (symbolic) where the model leaves it open. */
export type Dim = number | string

/** Element type and shape of a value; `shape` undefined means even the rank is unknown. */
export interface ValueType {
  dtype: DType
  shape: readonly Dim[] | undefined
}

/** A graph input or output. */
export interface ValueInfo extends ValueType {
  name: string
}

interface Index {
  producers: Map<string, Node>
  consumers: Map<string, Node[]>
}

export class Graph {
  name: string
  inputs: ValueInfo[]
  outputs: ValueInfo[]
  /** Types of inner values as far as inferred (`ops/infer.ts` fills it); inputs and outputs are not repeated here. */
  readonly types = new Map<string, ValueType>()
  readonly #nodes: Set<Node>
  readonly #constants: Map<string, Tensor>
  #index: Index | undefined
  #counter = 0

  constructor(name: string, inputs: ValueInfo[] = [], outputs: ValueInfo[] = []) {
    this.name = name
    this.inputs = inputs
    this.outputs = outputs
    this.#nodes = new Set()
    this.#constants = new Map()
  }

  /** Nodes in insertion order (use `sorted()` for topological order). */
  get nodes(): readonly Node[] {
    return [...this.#nodes]
  }

  get nodeCount(): number {
    return this.#nodes.size
  }

  /** Constants (ONNX initializers) by name. */
  get constants(): ReadonlyMap<string, Tensor> {
    return this.#constants
  }

  /** Append a node and return it. */
  addNode(fields: NodeFields | Node): Node {
    const node = fields instanceof Node ? fields : new Node(fields)
    this.#nodes.add(node)
    this.#index = undefined
    return node
  }

  removeNode(node: Node): void {
    this.#nodes.delete(node)
    this.#index = undefined
  }

  /** Add or replace a constant and return its name. */
  setConstant(name: string, tensor: Tensor): string {
    this.#constants.set(name, tensor)
    return name
  }

  removeConstant(name: string): void {
    this.#constants.delete(name)
  }

  /** The constant behind a value name, if it is one. */
  constant(name: string): Tensor | undefined {
    return this.#constants.get(name)
  }

  /** The node that computes a value; undefined for inputs and constants. */
  producer(value: string): Node | undefined {
    return this.#indexed().producers.get(value)
  }

  /** Nodes that read a value (each once, even if it reads it twice), also from inside their sub-graphs. */
  consumers(value: string): readonly Node[] {
    return this.#indexed().consumers.get(value) ?? []
  }

  isInput(value: string): boolean {
    return this.inputs.some((info) => info.name === value)
  }

  isOutput(value: string): boolean {
    return this.outputs.some((info) => info.name === value)
  }

  /** The only reader of a value that is not a graph output; undefined where there are none or several. */
  soleConsumer(value: string): Node | undefined {
    if (this.isOutput(value)) return undefined
    const readers = this.consumers(value)
    return readers.length === 1 ? readers[0] : undefined
  }

  setInput(node: Node, index: number, value: string): void {
    node.inputs[index] = value
    this.#index = undefined
  }

  setInputs(node: Node, values: readonly string[]): void {
    node.inputs = [...values]
    this.#index = undefined
  }

  setOutput(node: Node, index: number, value: string): void {
    node.outputs[index] = value
    this.#index = undefined
  }

  /** Let every reader of `from` read `to` instead. Graph outputs keep their names and are not touched. */
  replaceUses(from: string, to: string): void {
    for (const node of this.consumers(from)) {
      node.inputs = node.inputs.map((value) => (value === from ? to : value))
      for (const attribute of node.attributes.values()) {
        if (attribute.type === 'graph') attribute.value.replaceUses(from, to)
      }
    }
    this.#index = undefined
  }

  /** Type of any value: input, output, constant or inferred. */
  type(value: string): ValueType | undefined {
    const constant = this.#constants.get(value)
    if (constant) return { dtype: constant.dtype, shape: constant.shape }
    return (
      this.types.get(value) ??
      this.inputs.find((info) => info.name === value) ??
      this.outputs.find((info) => info.name === value)
    )
  }

  /** Shape of a value where every dimension is a known number. */
  shape(value: string): readonly number[] | undefined {
    const shape = this.type(value)?.shape
    return shape?.every((dim) => typeof dim === 'number') ? shape : undefined
  }

  /** A value name not used yet, built from a readable stem. */
  freshName(stem: string): string {
    const index = this.#indexed()
    let name = stem
    while (
      index.producers.has(name) ||
      index.consumers.has(name) ||
      this.#constants.has(name) ||
      this.isInput(name) ||
      this.isOutput(name)
    ) {
      name = `${stem}_${++this.#counter}`
    }
    return name
  }

  /** A node name not used yet. */
  freshNodeName(stem: string): string {
    const taken = new Set(this.nodes.map((node) => node.name))
    let name = stem
    for (let i = 1; taken.has(name); i++) name = `${stem}_${i}`
    return name
  }

  /**
   * Nodes so that producers come before consumers, otherwise in insertion order. Every node is in it: on a cycle, one of them
   * comes before what it reads (`verifyGraph` finds it).
   */
  sorted(): Node[] {
    const done = new Set<Node>()
    const open = new Set<Node>()
    const order: Node[] = []
    // An explicit stack: deep networks would overflow recursion.
    for (const root of this.#nodes) {
      const stack: { node: Node; next: number; needs: string[] }[] = []
      const push = (node: Node): void => {
        open.add(node)
        stack.push({ node, next: 0, needs: usedValues(node) })
      }
      if (!done.has(root)) push(root)
      while (stack.length > 0) {
        const frame = stack[stack.length - 1]
        const value = frame.needs[frame.next++]
        if (value === undefined) {
          stack.pop()
          open.delete(frame.node)
          done.add(frame.node)
          order.push(frame.node)
          continue
        }
        const producer = this.producer(value)
        if (producer && !done.has(producer) && !open.has(producer)) push(producer)
      }
    }
    return order
  }

  /** Put the nodes in topological order. */
  sort(): void {
    const order = this.sorted()
    this.#nodes.clear()
    for (const node of order) this.#nodes.add(node)
    this.#index = undefined
  }

  /** A copy whose nodes may be changed freely; tensors are shared (immutable). */
  clone(): Graph {
    const copy = new Graph(
      this.name,
      this.inputs.map((info) => ({ ...info })),
      this.outputs.map((info) => ({ ...info })),
    )
    for (const node of this.#nodes) copy.addNode(node.clone())
    for (const [name, tensor] of this.#constants) copy.setConstant(name, tensor)
    for (const [name, type] of this.types) copy.types.set(name, type)
    return copy
  }

  #indexed(): Index {
    if (this.#index) return this.#index
    const producers = new Map<string, Node>()
    const consumers = new Map<string, Node[]>()
    for (const node of this.#nodes) {
      for (const output of node.outputs) if (output !== '') producers.set(output, node)
      for (const input of new Set(usedValues(node))) {
        const readers = consumers.get(input)
        if (readers) readers.push(node)
        else consumers.set(input, [node])
      }
    }
    this.#index = { producers, consumers }
    return this.#index
  }
}

/** Values a node reads: its inputs and what its sub-graphs (If, Loop, Scan) capture from outside. */
export function usedValues(node: Node): string[] {
  const values = node.inputs.filter((input) => input !== '')
  for (const attribute of node.attributes.values()) {
    if (attribute.type === 'graph') values.push(...capturedValues(attribute.value))
  }
  return values
}

function capturedValues(graph: Graph): string[] {
  const own = new Set<string>([...graph.inputs.map((info) => info.name), ...graph.constants.keys()])
  for (const node of graph.nodes) for (const output of node.outputs) own.add(output)
  const used = [...graph.nodes.flatMap(usedValues), ...graph.outputs.map((info) => info.name)]
  return used.filter((value) => !own.has(value))
}
