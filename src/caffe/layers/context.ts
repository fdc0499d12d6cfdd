/** What a layer sees while it is converted: its parameters, bottoms and weights; and what it does: emit ONNX nodes. */
import { GraphError, type ReadError } from '../../errors.ts'
import type { Graph } from '../../ir/graph.ts'
import type { Attribute, Node } from '../../ir/node.ts'
import { elementCount, Tensor } from '../../ir/tensor.ts'
import { inferNode } from '../../ops/infer.ts'
import type { LayerDefinition } from '../net/definition.ts'
import type { Names } from '../net/names.ts'
import { MAX_ELEMENTS } from '../net/limits.ts'
import type { WeightStore } from '../net/weights.ts'
import type { TextMessage } from '../prototxt/message.ts'
import type { TextSource } from '../prototxt/source.ts'

/** A value of the graph whose shape is known. */
export interface Value {
  readonly name: string
  readonly shape: readonly number[]
}

/** What all layers of a net share. */
export interface NetContext {
  readonly source: TextSource
  readonly graph: Graph
  readonly names: Names
  readonly weights: WeightStore
  /** A line about something odd but harmless. */
  warn(message: string): void
}

export class LayerContext<Params = Readonly<Record<string, unknown>>> {
  readonly name: string
  readonly type: string
  /** The fields of the layer's parameter message, defaults filled in. */
  readonly params: Params
  readonly bottoms: readonly Value[]
  /** How many tops the prototxt names. */
  readonly topCount: number
  /** Nodes emitted so far. */
  readonly emitted: Node[] = []
  readonly #net: NetContext
  readonly #definition: LayerDefinition
  readonly #message: TextMessage | undefined

  constructor(
    net: NetContext,
    definition: LayerDefinition,
    bottoms: readonly Value[],
    message: TextMessage | undefined,
    params: Params,
  ) {
    this.#net = net
    this.#definition = definition
    this.#message = message
    this.name = definition.name
    this.type = definition.type
    this.topCount = definition.tops.length
    this.bottoms = bottoms
    this.params = params
  }

  /** The first bottom. */
  get bottom(): Value {
    return this.bottoms[0]
  }

  /** Whether the prototxt sets a field of the parameter message. */
  has(field: keyof Params & string): boolean {
    return this.#message?.has(field) === true
  }

  /** How many blobs the caffemodel holds for this layer. */
  get blobCount(): number {
    return this.#net.weights.blobs(this.name).length
  }

  /** Shape of a blob as the caffemodel says it (old files pad to four dimensions); undefined where there is none. */
  blobShape(index: number): readonly number[] | undefined {
    return this.#net.weights.blobs(this.name)[index]?.tensor.shape
  }

  /**
   * A blob (float32) that must have this shape; ones that pad or lack dimensions are forgiven. A missing or mis-shaped blob is noted
   * for the report at the end of the net, and zeros stand in for it until then.
   */
  blob(index: number, what: string, shape: readonly number[]): Tensor {
    return this.#net.weights.take(this.#definition, index, what, shape)
  }

  /** Add a constant. `suffix` says what it is; its name becomes `<layer>_<suffix>`. */
  constant(suffix: string, tensor: Tensor): Value {
    const name = this.#net.names.value(`${this.name}_${suffix}`)
    this.#net.graph.setConstant(name, tensor)
    return { name, shape: tensor.shape }
  }

  /** A float32 constant without dimensions. */
  scalar(suffix: string, value: number): Value {
    return this.constant(suffix, Tensor.float32([], [value]))
  }

  /** A list of int64, as shapes, axes and pads are. */
  int64s(suffix: string, values: readonly number[]): Value {
    return this.constant(suffix, Tensor.int64([values.length], values))
  }

  /**
   * Add a node with one output and infer its shape.
   *
   * @param inputs values in order; undefined leaves an optional one out
   * @param suffix sets nodes of the same layer apart; the one that does the layer's work has none, and so the layer's name
   * @throws ReadError at the layer's place where the node cannot work on these shapes
   */
  emit(
    opType: string,
    inputs: readonly (Value | undefined)[],
    attributes: Readonly<Record<string, Attribute>> = {},
    suffix = '',
  ): Value {
    return this.emitMany(opType, inputs, attributes, 1, suffix)[0]
  }

  /** As `emit`, for nodes with several outputs. */
  emitMany(
    opType: string,
    inputs: readonly (Value | undefined)[],
    attributes: Readonly<Record<string, Attribute>>,
    outputs: number,
    suffix = '',
  ): Value[] {
    const { graph, names } = this.#net
    const stem = suffix === '' ? this.name : `${this.name}_${suffix}`
    const node = graph.addNode({
      name: names.node(stem),
      opType,
      inputs: inputs.slice(0, inputs.findLastIndex((value) => value) + 1).map((value) => value?.name ?? ''),
      outputs: Array.from({ length: outputs }, (_, i) => names.value(outputs === 1 ? stem : `${stem}_${i}`)),
      attributes: { ...attributes },
    })
    this.emitted.push(node)
    try {
      inferNode(graph, node)
    } catch (error) {
      if (!(error instanceof GraphError)) throw error
      throw this.#error(
        'READ_CAFFE_SHAPE',
        `layer '${this.name}' (${this.type}): ${error.message}`,
        'check the numbers of this layer and the shape of the input',
        error.detail,
      )
    }
    return node.outputs.map((name) => {
      const shape = graph.shape(name)
      if (!shape) throw new TypeError(`no shape for ${opType} '${node.name}'`)
      if (elementCount(shape) > MAX_ELEMENTS || shape.includes(0)) {
        throw this.#error(
          'READ_CAFFE_SHAPE',
          `layer '${this.name}' (${this.type}) would compute the shape ${shape.join('x')}`,
          'check the numbers of this layer and the shape of the input',
        )
      }
      return { name, shape }
    })
  }

  /**
   * The error to throw where the prototxt asks for something that is wrong or cannot be done: `throw layer.error(...)`.
   *
   * @param field the field of the parameter message at fault; the place shown is its, else the layer's
   */
  error(message: string, fix: string, field?: keyof Params & string): ReadError {
    const place = field === undefined ? undefined : this.#message?.all(field)[0]
    const { source } = this.#net
    return source.error(
      'READ_CAFFE_LAYER',
      `layer '${this.name}' (${this.type}): ${message}`,
      place?.at ?? this.#definition.at,
      { fix },
    )
  }

  /** A line about something odd but harmless in this layer. */
  warn(message: string): void {
    this.#net.warn(`layer '${this.name}' (${this.type}): ${message}`)
  }

  #error(code: `READ_${string}`, message: string, fix: string, detail?: string): ReadError {
    return this.#net.source.error(code, message, this.#definition.at, detail === undefined ? { fix } : { fix, detail })
  }
}
