/** Operators that exist: those of ONNX up to opset 26, of onnxruntime's own domains, and those a file defines itself. */
import { ReadError } from '../errors.ts'
import type { Graph } from '../ir/graph.ts'
import type { ModelFunction } from '../ir/model.ts'
import type { Node } from '../ir/node.ts'
import { nearestName } from '../text/nearest-name.ts'

const ONNX = new Set(
  (
    'Abs Acos Acosh Add AffineGrid And ArgMax ArgMin Asin Asinh Atan Atanh Attention AveragePool BatchNormalization Bernoulli BitCast ' +
    'BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor BlackmanWindow Cast CastLike Ceil Celu CenterCropPad Clip Col2Im Compress ' +
    'Concat ConcatFromSequence Constant ConstantOfShape Conv ConvInteger ConvTranspose Cos Cosh CumProd CumSum DFT DeformConv ' +
    'DepthToSpace DequantizeLinear Det Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand EyeLike Flatten Floor GRU ' +
    'Gather GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool Greater GreaterOrEqual GridSample ' +
    'GroupNormalization HammingWindow HannWindow HardSigmoid HardSwish Hardmax Identity If ImageDecoder InstanceNormalization IsInf ' +
    'IsNaN LRN LSTM LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax Loop LpNormalization LpPool MatMul MatMulInteger ' +
    'Max MaxPool MaxRoiPool MaxUnpool Mean MeanVarianceNormalization MelWeightMatrix Min Mish Mod Mul Multinomial Neg ' +
    'NegativeLogLikelihoodLoss NonMaxSuppression NonZero Not OneHot Optional OptionalGetElement OptionalHasElement Or PRelu Pad Pow ' +
    'QLinearConv QLinearMatMul QuantizeLinear RMSNormalization RNN RandomNormal RandomNormalLike RandomUniform RandomUniformLike ' +
    'Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ' +
    'ReduceSumSquare RegexFullMatch Relu Reshape Resize ReverseSequence RoiAlign RotaryEmbedding Round STFT Scan Scatter ' +
    'ScatterElements ScatterND Selu SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength ' +
    'SequenceMap Shape Shrink Sigmoid Sign Sin Sinh Size Slice Softmax SoftmaxCrossEntropyLoss Softplus Softsign SpaceToDepth Split ' +
    'SplitToSequence Sqrt Squeeze StringConcat StringNormalizer StringSplit Sub Sum Swish Tan Tanh TensorScatter TfIdfVectorizer ' +
    'ThresholdedRelu Tile TopK Transpose Trilu Unique Unsqueeze Upsample Where Xor'
  ).split(' '),
)

const RUNTIME_DOMAINS = new Set(['ai.onnx.ml', 'com.microsoft', 'com.microsoft.nchwc'])

/**
 * Throw ReadError READ_UNKNOWN_OPERATOR or READ_UNKNOWN_DOMAIN for nodes no runtime knows, also inside sub-graphs and
 * functions.
 */
export function refuseUnknownOperators(graph: Graph, functions: readonly ModelFunction[], where: string): void {
  const defined = new Set(functions.map(({ domain, name }) => `${domain}::${name}`))
  const nodes = [...graph.nodes, ...functions.flatMap((definition) => definition.nodes)].flatMap(withInner)
  const foreign = nodes.filter(({ domain, opType }) => !defined.has(`${domain}::${opType}`))
  refuseDomains(foreign.filter(({ domain }) => domain !== '' && !RUNTIME_DOMAINS.has(domain)))
  const unknown = foreign.find(({ domain, opType }) => domain === '' && !ONNX.has(opType))
  if (!unknown) return
  const nearest = nearestName(unknown.opType, ONNX)
  throw new ReadError(
    'READ_UNKNOWN_OPERATOR',
    `node '${unknown.name}' has type ${unknown.opType}, which is no operator of ONNX${nearest ? ` (there is ${nearest})` : ''}`,
    {
      where: `${where}: ${unknown.name}`,
      fix: 'export with standard operators; custom operators come in a later version',
    },
  )
}

/** A node and those of its sub-graphs. */
export function withInner(node: Node): Node[] {
  const inner = [...node.attributes.values()].flatMap((attribute) =>
    attribute.type === 'graph' ? attribute.value.nodes.flatMap(withInner) : [],
  )
  return [node, ...inner]
}

function refuseDomains(foreign: readonly Node[]): void {
  if (foreign.length === 0) return
  const [{ domain, opType }] = foreign
  const names = foreign.slice(0, 5).map((node) => `'${node.name}'`)
  throw new ReadError(
    'READ_UNKNOWN_DOMAIN',
    `nodes:[${names.join(', ')}] are specified as domain:${domain}, which are not supported by official onnx. Please check whether these ops are official onnx ops or defined by yourself`,
    {
      where: `${domain}::${opType}`,
      detail: `${foreign.length} node(s), the first of type ${opType}`,
      fix: 'export with standard operators, or define the operator as a model-local function; custom operators come in a later version',
    },
  )
}
