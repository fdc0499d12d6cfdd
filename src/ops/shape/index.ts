/** Operator -> shape function. One line per operator or family. */
import { HORIZON_DOMAIN, type Node } from '../../ir/node.ts'
import type { ShapeFunction } from './context.ts'
import { conv, convTranspose } from './convolution.ts'
import { broadcast, cast, dequantize, dropout, predicate, quantize, unary } from './elementwise.ts'
import { constant, constantOfShape, eyeLike, random, range, shapeOf, sizeOf } from './generator.ts'
import { preprocess, preprocessNHWC } from './horizon.ts'
import { gather, gatherElements, gatherND, nonMaxSuppression, nonZero, oneHot, where } from './indexing.ts'
import { einsum } from './einsum.ts'
import { gemm, matmul } from './matmul.ts'
import {
  concat,
  depthToSpace,
  expand,
  flatten,
  pad,
  reshape,
  slice,
  spaceToDepth,
  split,
  squeeze,
  tile,
  transpose,
  unsqueeze,
} from './movement.ts'
import { batchNormalization, layerNormalization } from './normalization.ts'
import { globalPool, maxPool, pool } from './pooling.ts'
import { recurrent } from './recurrent.ts'
import { argMax, reduce, topK } from './reduction.ts'
import { gridSample, resize, roiAlign } from './resize.ts'

const UNARY =
  'Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Ceil Celu Clip Cos Cosh CumSum Elu Erf Exp Floor Gelu GroupNormalization ' +
  'HardSigmoid HardSwish Hardmax Identity InstanceNormalization LRN LeakyRelu Log LogSoftmax LpNormalization ' +
  'MeanVarianceNormalization Mish Neg Not PRelu Reciprocal Relu ReverseSequence Round ScatterElements ScatterND Selu ' +
  'Shrink Sigmoid Sign Sin Sinh Softmax Softplus Softsign Sqrt Tan Tanh ThresholdedRelu Trilu'

const FUNCTIONS: Readonly<Record<string, ShapeFunction>> = {
  ...Object.fromEntries(UNARY.split(' ').map((opType) => [opType, unary])),
  ...family('Add Sub Mul Div Pow Mod Min Max Sum Mean BitwiseAnd BitwiseOr BitwiseXor BitShift', broadcast()),
  ...family('Equal Greater GreaterOrEqual Less LessOrEqual And Or Xor', broadcast('bool')),
  ...family('IsNaN IsInf', predicate),
  ...family(
    'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare',
    reduce,
  ),
  ...family('ArgMax ArgMin', argMax),
  ...family('AveragePool LpPool', pool),
  ...family('GlobalAveragePool GlobalMaxPool GlobalLpPool', globalPool),
  ...family('LSTM GRU RNN', recurrent),
  ...family('RandomNormal RandomUniform', random),
  ...family('RandomNormalLike RandomUniformLike Bernoulli EyeLike', eyeLike),
  BatchNormalization: batchNormalization,
  Cast: cast,
  CastLike: (context) => [{ dtype: context.dtype(1), shape: context.dims() }],
  Concat: concat,
  Constant: constant,
  ConstantOfShape: constantOfShape,
  Conv: conv,
  ConvTranspose: convTranspose,
  DepthToSpace: depthToSpace,
  DequantizeLinear: dequantize,
  Dropout: dropout,
  Expand: expand,
  Flatten: flatten,
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  Gemm: gemm,
  GridSample: gridSample,
  LayerNormalization: layerNormalization,
  Einsum: einsum,
  MatMul: matmul,
  MaxPool: maxPool,
  NonMaxSuppression: nonMaxSuppression,
  NonZero: nonZero,
  OneHot: oneHot,
  Pad: pad,
  QuantizeLinear: quantize,
  Range: range,
  Reshape: reshape,
  Resize: resize,
  RoiAlign: roiAlign,
  Shape: shapeOf,
  Size: sizeOf,
  Slice: slice,
  SpaceToDepth: spaceToDepth,
  Split: split,
  Squeeze: squeeze,
  Tile: tile,
  TopK: topK,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Where: where,
}

const HORIZON_FUNCTIONS: Readonly<Record<string, ShapeFunction>> = {
  HzPreprocess: preprocess,
  HzPreprocessNHWC: preprocessNHWC,
  HzSwish: unary,
  HzScaledSwish: unary,
  HzScaledHardSwish: unary,
  HzScaledMish: unary,
  HzCalibration: unary,
}

function family(opTypes: string, shape: ShapeFunction): Record<string, ShapeFunction> {
  return Object.fromEntries(opTypes.split(' ').map((opType) => [opType, shape]))
}

/** The shape function of a node's operator; undefined for operators we know nothing of. */
export function shapeFunction(node: Node): ShapeFunction | undefined {
  if (node.domain === HORIZON_DOMAIN) return HORIZON_FUNCTIONS[node.opType]
  if (
    node.domain === 'com.microsoft' &&
    !node.opType.endsWith('quantizeLinear') &&
    !node.opType.endsWith('QuantizeLinear')
  ) {
    return undefined
  }
  return node.domain === '' || node.domain === 'com.microsoft' ? FUNCTIONS[node.opType] : undefined
}
