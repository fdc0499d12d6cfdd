/** Operator table of march bernoulli2: ONNX operator -> class. By name only; the limits of each operator come later. */
import type { OperatorTable } from '../operator-table.ts'

export const BERNOULLI2: OperatorTable = {
  active:
    'Add AveragePool BatchNormalization Conv ConvTranspose Cos Div Exp Gemm GlobalAveragePool LSTM LeakyRelu MatMul ' +
    'Mul PRelu Pow Reciprocal ReduceMean Resize Sigmoid Sin Softplus Sqrt Sum Tanh Upsample',
  passive: 'ArgMax Clip Concat DepthToSpace GlobalMaxPool MaxPool Pad Relu Slice SpaceToDepth Split',
  manual: 'Softmax',
  cpu:
    'Abs Acos Acosh And ArgMin Asin Asinh Atan Atanh Cast Ceil Constant ConstantOfShape Cosh CumSum ' +
    'DequantizeLinear Dropout Elu Equal Erf Expand EyeLike Flatten Floor GRU Gather GatherElements GatherND ' +
    'GlobalLpPool Greater GreaterOrEqual HardSigmoid Identity InstanceNormalization LRN Less LessOrEqual Log ' +
    'LogSoftmax LpNormalization LpPool Max MaxRoiPool Min Neg NonZero Not OneHot Or QuantizeLinear RNN ' +
    'RandomUniform RandomUniformLike Range ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMin ' +
    'ReduceProd ReduceSum ReduceSumSquare Reshape ReverseSequence RoiAlign Round ScatterElements ScatterND Selu ' +
    'Shape Sign Sinh Size Softsign Squeeze Sub Tan ThresholdedRelu Tile TopK Transpose Unsqueeze Where',
  none:
    'BitShift Celu Compress ConcatFromSequence ConvInteger Det DynamicQuantizeLinear Einsum Function GridSample ' +
    'Hardmax If IsInf IsNaN Loop MatMulInteger Mean MeanVarianceNormalization Mod Multinomial QLinearConv ' +
    'QLinearMatMul RandomNormal RandomNormalLike Scan Scatter SequenceAt SequenceConstruct SequenceEmpty ' +
    'SequenceErase SequenceInsert SequenceLength Shrink SplitToSequence StringNormalizer TfIdfVectorizer Unique Xor',
}
