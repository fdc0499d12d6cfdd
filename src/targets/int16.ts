/**
 * Operators that take int16 activations, by march. bayes and bayes-e: what the vendor's list says, and by our own decision, where
 * it is silent, Conv-like operators and look-ups. bernoulli2 has no int16; `generic` takes it everywhere.
 */
import type { March } from '../config/types.ts'
import type { Node } from '../ir/node.ts'

const CONV_LIKE = 'Conv ConvTranspose Gemm MatMul'
const LOOK_UPS = 'HzSwish Swish HardSwish Mish Gelu Relu LeakyRelu PRelu Softsign'

const BAYES =
  'Abs Add ArgMax ArgMin Atan Ceil Clip Concat Cos Elu Exp Expand Flatten Floor GatherElements HardSigmoid LeakyRelu Log Max ' +
  'MaxPool Min Mul Pad Pow Reciprocal ReduceMax ReduceMean ReduceSum Reshape Sigmoid Sin Slice Softmax Softplus Split Sqrt ' +
  'Squeeze Sub Sum Tanh Tile TopK Transpose Unsqueeze'

const BAYES_E = `${BAYES} DepthToSpace Erf Round Selu Sign Softsign SpaceToDepth Tan`

const OPERATORS: Readonly<Record<Exclude<March, 'generic'>, ReadonlySet<string>>> = {
  bernoulli2: new Set(),
  bayes: new Set(`${BAYES} ${CONV_LIKE} ${LOOK_UPS}`.split(' ')),
  'bayes-e': new Set(`${BAYES_E} ${CONV_LIKE} ${LOOK_UPS}`.split(' ')),
}

/** True when the march computes this operator on int16 activations. */
export function takesInt16(march: March, node: Node): boolean {
  return march === 'generic' || OPERATORS[march].has(node.opType.replace(/^HzScaled/, ''))
}
