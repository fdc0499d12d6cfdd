/** Functions of one value: a table over the input's codes. */
import type { Node } from '../../ir/node.ts'
import type { Kernel } from '../kernel.ts'

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

const FUNCTIONS: Readonly<Record<string, (x: number, node: Node) => number>> = {
  HzSwish: (x) => x * sigmoid(x),
  Sigmoid: sigmoid,
  Tanh: Math.tanh,
  Relu: (x) => Math.max(x, 0),
  LeakyRelu: (x, node) => (x >= 0 ? x : x * Math.fround(node.float('alpha', 0.01))),
  HardSwish: (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1),
  HardSigmoid: (x, node) => Math.min(Math.max(node.float('alpha', 0.2) * x + node.float('beta', 0.5), 0), 1),
  Mish: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
  Exp: Math.exp,
  Abs: Math.abs,
  Neg: (x) => -x,
  Sqrt: Math.sqrt,
  Softplus: (x) => Math.log1p(Math.exp(x)),
}

export const lookup: Kernel = ({ node, inputs, output }, { values }) => {
  const compute = FUNCTIONS[node.opType]
  if (!compute || !output) return undefined
  const [input] = inputs
  const codes = values.get(input.codes)!.data as ArrayLike<number>
  return (flat) => compute((codes[flat] - input.zeroPoint) * input.scale, node) / output.scale
}
