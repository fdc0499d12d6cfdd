/** A node (operator instance) and its attributes. */
import type { Graph } from './graph.ts'
import type { Tensor } from './tensor.ts'

export type Attribute =
  | { type: 'int'; value: number }
  | { type: 'float'; value: number }
  | { type: 'string'; value: string }
  | { type: 'ints'; value: readonly number[] }
  | { type: 'floats'; value: readonly number[] }
  | { type: 'strings'; value: readonly string[] }
  | { type: 'tensor'; value: Tensor }
  | { type: 'graph'; value: Graph }
  /** Inside a model-local function: the value of the calling node's attribute `name`. */
  | { type: 'reference'; value: string; of: 'int' | 'float' | 'string' | 'ints' | 'floats' | 'strings' | 'tensor' }

/** Shorthand values accepted where a node is made: integers and floats must be told apart, hence `float()`. */
export type AttributeMap = Map<string, Attribute>

/** Domain of ONNX's own operators. */
export const ONNX_DOMAIN = ''
/** Domain of our model-local functions (HzPreprocess, HzCalibration, HzSwish...). */
export const HORIZON_DOMAIN = 'horizon'

export interface NodeFields {
  name: string
  opType: string
  domain?: string
  inputs: readonly string[]
  outputs: readonly string[]
  attributes?: Record<string, Attribute> | AttributeMap
}

/**
 * One operator. Inputs and outputs are value names; an omitted optional one is `''`.
 * Change `inputs`/`outputs` only through Graph, so that its index stays true.
 */
export class Node {
  name: string
  opType: string
  domain: string
  inputs: string[]
  outputs: string[]
  readonly attributes: AttributeMap

  constructor(fields: NodeFields) {
    this.name = fields.name
    this.opType = fields.opType
    this.domain = fields.domain ?? ONNX_DOMAIN
    this.inputs = [...fields.inputs]
    this.outputs = [...fields.outputs]
    this.attributes =
      fields.attributes instanceof Map ? new Map(fields.attributes) : new Map(Object.entries(fields.attributes ?? {}))
  }

  /** True for an operator of ONNX's own domain with this type. */
  is(...opTypes: string[]): boolean {
    return this.domain === ONNX_DOMAIN && opTypes.includes(this.opType)
  }

  int(name: string, fallback: number): number {
    const attribute = this.attributes.get(name)
    return attribute?.type === 'int' ? attribute.value : fallback
  }

  float(name: string, fallback: number): number {
    const attribute = this.attributes.get(name)
    return attribute?.type === 'float' ? attribute.value : fallback
  }

  string(name: string, fallback: string): string {
    const attribute = this.attributes.get(name)
    return attribute?.type === 'string' ? attribute.value : fallback
  }

  /** The list, or undefined where the attribute is absent. */
  ints(name: string): readonly number[] | undefined {
    const attribute = this.attributes.get(name)
    return attribute?.type === 'ints' ? attribute.value : undefined
  }

  floats(name: string): readonly number[] | undefined {
    const attribute = this.attributes.get(name)
    return attribute?.type === 'floats' ? attribute.value : undefined
  }

  tensor(name: string): Tensor | undefined {
    const attribute = this.attributes.get(name)
    return attribute?.type === 'tensor' ? attribute.value : undefined
  }

  /** A copy that shares tensors (they are immutable) and nothing else. */
  clone(): Node {
    return new Node(this)
  }
}

/** Attribute constructors, so that a node reads like ONNX text: `{ axis: int(1), perm: ints([0, 2, 3, 1]) }`. */
export const int = (value: number): Attribute => ({ type: 'int', value })
export const float = (value: number): Attribute => ({ type: 'float', value })
export const string = (value: string): Attribute => ({ type: 'string', value })
export const ints = (value: readonly number[]): Attribute => ({ type: 'ints', value })
export const floats = (value: readonly number[]): Attribute => ({ type: 'floats', value })
