/** A graph with the facts of the file around it. */
import type { Graph } from './graph.ts'
import type { AttributeMap, Node } from './node.ts'

/** The one opset every model is converted to while it is read, and the one we write. See ARCHITECTURE.md, "One opset". */
export const INTERNAL_OPSET = 21
/** ONNX IR version that goes with it. */
export const INTERNAL_IR_VERSION = 10

/** A model-local function: a named sub-graph that any ONNX runtime inlines. */
export interface ModelFunction {
  domain: string
  name: string
  inputs: readonly string[]
  outputs: readonly string[]
  attributes: readonly string[]
  /** Attributes with default values; they are not among `attributes`. */
  defaults?: AttributeMap
  nodes: readonly Node[]
  /** Opset version per domain used inside. */
  opsets: ReadonlyMap<string, number>
}

/** Where a model came from, for logs and reports. */
export interface ModelOrigin {
  irVersion: number
  opset: number
  producer: string
  producerVersion: string
  /** Domain and version of the model itself, as the log prints them. */
  domain: string
  modelVersion: number
}

export interface Model {
  graph: Graph
  /** Opset version per domain ('' is ai.onnx). */
  opsets: Map<string, number>
  functions: ModelFunction[]
  metadata: Map<string, string>
  origin: ModelOrigin
}

/** A model around a graph that no file stands behind. */
export function modelOf(graph: Graph): Model {
  return {
    graph,
    opsets: new Map([['', INTERNAL_OPSET]]),
    functions: [],
    metadata: new Map(),
    origin: {
      irVersion: INTERNAL_IR_VERSION,
      opset: INTERNAL_OPSET,
      producer: '',
      producerVersion: '',
      domain: '',
      modelVersion: 0,
    },
  }
}

/** Add the definition of a function, unless the model has it already. */
export function defineFunction(model: Model, definition: ModelFunction): void {
  const known = model.functions.some(({ domain, name }) => domain === definition.domain && name === definition.name)
  if (!known) model.functions.push(definition)
}

/** A copy whose graph may be changed freely. */
export function cloneModel(model: Model): Model {
  return {
    graph: model.graph.clone(),
    opsets: new Map(model.opsets),
    functions: [...model.functions],
    metadata: new Map(model.metadata),
    origin: model.origin,
  }
}
