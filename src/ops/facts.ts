/**
 * What quantization needs to know of each operator, as data: one line per operator.
 *
 * `kind`:
 * - `conv`      Conv, ConvTranspose, Gemm and MatMul with a constant weight: int8 weight, int32 bias.
 * - `passive`   moves or picks values; input and output share one scale.
 * - `concat`    joins tensors; shares a scale or requantizes.
 * - `eltwise`   computes from one or more activations; each has its own scale.
 * - `average`   weighted sums of one activation; own output scale.
 * - `lookup`    a function of one value; a table on the chip.
 * - `index`     reads an activation, its output is not a quantity (ArgMax).
 */
import { HORIZON_DOMAIN, type Node } from '../ir/node.ts'

export type OpKind = 'conv' | 'passive' | 'concat' | 'eltwise' | 'average' | 'lookup' | 'index'

export interface OpFacts {
  kind: OpKind
  /** Input positions that carry activations (others are weights, shapes, axes). Default [0]. */
  activations?: readonly number[] | 'all'
  /** Position of the weight and bias inputs of a `conv`. */
  weight?: number
  bias?: number
  /** The output cannot be negative, whatever the input. */
  nonNegative?: boolean
}

const FACTS: Readonly<Record<string, OpFacts>> = {
  Conv: { kind: 'conv', weight: 1, bias: 2 },
  ConvTranspose: { kind: 'conv', weight: 1, bias: 2 },
  Gemm: { kind: 'conv', weight: 1, bias: 2 },
  MatMul: { kind: 'eltwise', activations: [0, 1] },

  Reshape: { kind: 'passive' },
  Flatten: { kind: 'passive' },
  Squeeze: { kind: 'passive' },
  Unsqueeze: { kind: 'passive' },
  Transpose: { kind: 'passive' },
  Slice: { kind: 'passive' },
  Split: { kind: 'passive' },
  Gather: { kind: 'passive' },
  Expand: { kind: 'passive' },
  Tile: { kind: 'passive' },
  MaxPool: { kind: 'passive' },
  GlobalMaxPool: { kind: 'passive' },
  ReduceMax: { kind: 'passive' },
  ReduceMin: { kind: 'passive' },
  DepthToSpace: { kind: 'passive' },
  SpaceToDepth: { kind: 'passive' },
  Identity: { kind: 'passive' },

  Concat: { kind: 'concat', activations: 'all' },

  Add: { kind: 'eltwise', activations: [0, 1] },
  Sub: { kind: 'eltwise', activations: [0, 1] },
  Mul: { kind: 'eltwise', activations: [0, 1] },
  Div: { kind: 'eltwise', activations: [0, 1] },
  Min: { kind: 'eltwise', activations: 'all' },
  Max: { kind: 'eltwise', activations: 'all' },
  Sum: { kind: 'eltwise', activations: 'all' },
  Mean: { kind: 'eltwise', activations: 'all' },

  AveragePool: { kind: 'average' },
  GlobalAveragePool: { kind: 'average' },
  ReduceMean: { kind: 'average' },
  ReduceSum: { kind: 'average' },
  Resize: { kind: 'average' },
  Pad: { kind: 'average' },
  GridSample: { kind: 'average' },

  Relu: { kind: 'lookup', nonNegative: true },
  Clip: { kind: 'lookup' },
  PRelu: { kind: 'lookup' },
  LeakyRelu: { kind: 'lookup' },
  Elu: { kind: 'lookup' },
  Selu: { kind: 'lookup' },
  Celu: { kind: 'lookup' },
  ThresholdedRelu: { kind: 'lookup' },
  Sigmoid: { kind: 'lookup', nonNegative: true },
  HardSigmoid: { kind: 'lookup', nonNegative: true },
  HardSwish: { kind: 'lookup' },
  Mish: { kind: 'lookup' },
  Gelu: { kind: 'lookup' },
  Softplus: { kind: 'lookup', nonNegative: true },
  Softsign: { kind: 'lookup' },
  Tanh: { kind: 'lookup' },
  Exp: { kind: 'lookup', nonNegative: true },
  Log: { kind: 'lookup' },
  Sqrt: { kind: 'lookup', nonNegative: true },
  Reciprocal: { kind: 'lookup' },
  Pow: { kind: 'lookup' },
  Abs: { kind: 'lookup', nonNegative: true },
  Neg: { kind: 'lookup' },
  Sin: { kind: 'lookup' },
  Cos: { kind: 'lookup' },
  Sign: { kind: 'lookup' },
  Floor: { kind: 'lookup' },
  Ceil: { kind: 'lookup' },
  Round: { kind: 'lookup' },
  Erf: { kind: 'lookup' },

  ArgMax: { kind: 'index' },
  ArgMin: { kind: 'index' },
}

/** x * sigmoid(x), our model-local function; its log name is HzSwish. */
export const SWISH_OP = 'HzSwish'
/** Look-ups with factors per channel (quantize/scaled-lookup.ts) are named after their function. */
export const SCALED_PREFIX = 'HzScaled'

/** Facts of a node's operator, or undefined for one that stays in float. */
export function opFacts(node: Node): OpFacts | undefined {
  if (node.domain === HORIZON_DOMAIN) {
    return node.opType === SWISH_OP || node.opType.startsWith(SCALED_PREFIX) ? { kind: 'lookup' } : undefined
  }
  if (node.domain !== '') return undefined
  return FACTS[node.opType]
}

/** Input positions that carry activations. */
export function activationPorts(node: Node, facts: OpFacts): readonly number[] {
  if (facts.activations === 'all') return node.inputs.map((_, index) => index)
  return facts.activations ?? [0]
}
