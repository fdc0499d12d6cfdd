/** Add, Sub, Mul, Div, Min, Max of two activations, broadcast. */
import type { Tensor } from '../../ir/tensor.ts'
import { type Kernel, stridesOf } from '../kernel.ts'
import type { Quantization } from '../unit.ts'

const FUNCTIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Mul: (a, b) => a * b,
  Div: (a, b) => a / b,
  Min: Math.min,
  Max: Math.max,
}

export const elementwise: Kernel = (unit, { graph, values }) => {
  const compute = FUNCTIONS[unit.node.opType]
  const { output, node } = unit
  if (!output || node.inputs.length !== 2) return undefined
  const shape = graph.shape(node.outputs[0])!
  const operands = node.inputs.map((value, port) => {
    const coded = unit.inputs.find((input) => input.port === port)
    const tensor = coded ? values.get(coded.codes)! : graph.constant(value)
    return tensor && reader(tensor, coded ?? { scale: 1, zeroPoint: 0 }, shape)
  })
  const [a, b] = operands
  return a && b ? (flat) => compute(a(flat), b(flat)) / output.scale : undefined
}

/** Dequantized element of a tensor broadcast to `shape`. */
function reader(
  tensor: Tensor,
  { scale, zeroPoint }: Quantization,
  shape: readonly number[],
): (flat: number) => number {
  const data = tensor.data as ArrayLike<number>
  const own = stridesOf(tensor.shape)
  const strides = stridesOf(shape)
  const offset = shape.length - tensor.shape.length
  return (flat) => {
    let index = 0
    for (let axis = offset; axis < shape.length; axis++) {
      if (tensor.shape[axis - offset] > 1)
        index += (Math.floor(flat / strides[axis]) % shape[axis]) * own[axis - offset]
    }
    return (data[index] - zeroPoint) * scale
  }
}
