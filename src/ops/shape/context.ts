/** What a shape function sees and returns. */
import { GraphError } from '../../errors.ts'
import type { DType } from '../../ir/dtype.ts'
import type { Dim, ValueType } from '../../ir/graph.ts'
import type { Node } from '../../ir/node.ts'
import type { Tensor } from '../../ir/tensor.ts'

/** Thrown inside a shape function when a needed fact is unknown; the node's outputs then stay untyped. */
export class Unknown extends Error {}

export class ShapeContext {
  readonly node: Node
  readonly #types: readonly (ValueType | undefined)[]
  readonly #constants: readonly (Tensor | undefined)[]

  constructor(node: Node, types: readonly (ValueType | undefined)[], constants: readonly (Tensor | undefined)[]) {
    this.node = node
    this.#types = types
    this.#constants = constants
  }

  get inputCount(): number {
    return this.node.inputs.length
  }

  has(port: number): boolean {
    return this.node.inputs[port] !== undefined && this.node.inputs[port] !== ''
  }

  /** Element type of an input; gives up when unknown. */
  dtype(port = 0): DType {
    const type = this.#types[port]
    if (!type) throw new Unknown()
    return type.dtype
  }

  /** Shape of an input, perhaps with symbolic dimensions; gives up when even the rank is unknown. */
  dims(port = 0): readonly Dim[] {
    const shape = this.#types[port]?.shape
    if (!shape) throw new Unknown()
    return shape
  }

  /** Shape of an input whose dimensions must all be numbers. */
  shape(port = 0): readonly number[] {
    const dims = this.dims(port)
    if (!dims.every((dim) => typeof dim === 'number')) throw new Unknown()
    return dims
  }

  rank(port = 0): number {
    return this.dims(port).length
  }

  /** Value of a constant (or propagated) input; undefined when the input is omitted; gives up when not constant. */
  constant(port: number): Tensor | undefined {
    if (!this.has(port)) return undefined
    const tensor = this.#constants[port]
    if (!tensor) throw new Unknown()
    return tensor
  }

  numbers(port: number): number[] | undefined {
    return this.constant(port)?.numbers()
  }

  /** Axis attribute or value brought into 0..rank-1. */
  axis(axis: number, rank = this.rank()): number {
    const result = axis < 0 ? axis + rank : axis
    if (result < 0 || result >= Math.max(rank, 1)) this.fail(`axis ${axis} does not exist in a tensor of rank ${rank}`)
    return result
  }

  /** Stop: the node breaks a rule. */
  fail(message: string): never {
    const shapes = this.#types.map((type) => `[${type?.shape?.join(', ') ?? '?'}]`).join(', ')
    throw new GraphError('GRAPH_SHAPE', `${this.node.opType} '${this.node.name}': ${message}`, {
      where: this.node.name,
      detail: `input shapes: ${shapes}`,
      fix: 'the model contradicts itself: check the input shape given, or export it again',
    })
  }
}

export type ShapeFunction = (context: ShapeContext) => (ValueType | undefined)[]

/** One output of the first input's type and this shape. */
export function same(context: ShapeContext, shape: readonly Dim[]): ValueType[] {
  return [{ dtype: context.dtype(), shape }]
}
