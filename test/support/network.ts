/** Small float networks with seeded random weights, written like the text of an ONNX graph. */
import { Graph } from '../../src/ir/graph.ts'
import { type Model, modelOf } from '../../src/ir/model.ts'
import { type Attribute, ints } from '../../src/ir/node.ts'
import { elementCount, Tensor } from '../../src/ir/tensor.ts'
import { inferTypes } from '../../src/ops/infer.ts'
import { generator } from './random.ts'

type Attributes = Record<string, Attribute>

/** Every method returns the name of the value it made. */
export class Network {
  readonly graph = new Graph('network')
  readonly #next: () => number
  readonly #outputs: string[] = []
  #count = 0

  constructor(seed = 1) {
    this.#next = generator(seed)
  }

  input(name: string, shape: readonly number[]): string {
    this.graph.inputs.push({ name, dtype: 'float32', shape: [...shape] })
    return name
  }

  /** A node with one output; values and node are named after the operator and a running number. */
  node(opType: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.nodes(opType, inputs, 1, attributes)[0]
  }

  /** A node with several outputs. */
  nodes(opType: string, inputs: readonly string[], outputs: number, attributes: Attributes = {}): string[] {
    const name = `${opType.toLowerCase()}${++this.#count}`
    const values = Array.from({ length: outputs }, (_, i) => `${name}_${i === 0 ? 'y' : `y${i}`}`)
    this.graph.addNode({ name, opType, inputs, outputs: values, attributes })
    return values
  }

  /** A float constant uniform in [-magnitude, magnitude). */
  random(shape: readonly number[], magnitude = 1): string {
    const values = Array.from({ length: elementCount(shape) }, () => (2 * this.#next() - 1) * magnitude)
    return this.floats(values, shape)
  }

  floats(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.graph.setConstant(`constant${++this.#count}`, Tensor.float32(shape, values))
  }

  int64(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.graph.setConstant(`constant${++this.#count}`, Tensor.int64(shape, values))
  }

  /**
   * A Conv with bias.
   *
   * @param weight shape of the weight: [outputs, inputs / group, ...kernel]
   */
  conv(x: string, weight: readonly number[], attributes: Attributes = {}): string {
    const fan = elementCount(weight.slice(1))
    const inputs = [x, this.random(weight, Math.sqrt(3 / fan)), this.random([weight[0]], 0.3)]
    return this.node('Conv', inputs, attributes)
  }

  output(...values: readonly string[]): void {
    this.#outputs.push(...values)
  }

  /** The model, with types inferred. */
  model(): Model {
    inferTypes(this.graph)
    this.graph.outputs = this.#outputs.map((name) => ({ name, ...this.graph.type(name)! }))
    return modelOf(this.graph)
  }
}

/**
 * Conv 3x3 -> (Relu) -> what `body` adds -> Conv 1x1: every quantized operator has a quantized neighbour on both sides. The
 * last Conv is a tail.
 */
export function between(
  body: (network: Network, x: string) => string,
  { relu = false, shape = [1, 3, 8, 8] }: { relu?: boolean; shape?: readonly number[] } = {},
): Model {
  const network = new Network(7)
  const head = network.conv(network.input('x', shape), [8, shape[1], 3, 3], { pads: ints([1, 1, 1, 1]) })
  const value = body(network, relu ? network.node('Relu', [head]) : head)
  inferTypes(network.graph)
  network.output(network.conv(value, [4, network.graph.shape(value)![1], 1, 1]))
  return network.model()
}
