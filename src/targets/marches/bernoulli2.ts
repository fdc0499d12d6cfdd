/** Operator table of march bernoulli2: ONNX operator -> class. By name only; the limits of each operator come later. */
import type { OperatorTable } from '../operator-table.ts'

export const BERNOULLI2: OperatorTable = {
  active:
    'Add AveragePool BatchNormalization Constant ConstantOfShape Conv ConvTranspose Cos Div Dropout Exp Gemm ' +
    'GlobalAveragePool LSTM LeakyRelu MatMul Mul PRelu Pow Reciprocal ReduceMean Resize Shape Sigmoid Sin Size ' +
    'Softplus Sqrt Sum Tanh Upsample',
  passive: 'ArgMax Clip Concat DepthToSpace GlobalMaxPool MaxPool Pad Relu Slice SpaceToDepth Split',
  manual: 'Softmax',
  cpu:
    'Abs Acos Acosh And ArgMin Asin Asinh Atan Atanh BitShift Cast Ceil Celu Compress ConcatFromSequence ' +
    'ConvInteger Cosh CumSum DequantizeLinear Det DynamicQuantizeLinear Einsum Elu Equal Erf Expand EyeLike ' +
    'Flatten Floor Function GRU Gather GatherElements GatherND GlobalLpPool Greater GreaterOrEqual GridSample ' +
    'HardSigmoid Hardmax Identity If InstanceNormalization IsInf IsNaN LRN Less LessOrEqual Log LogSoftmax Loop ' +
    'LpNormalization LpPool MatMulInteger Max MaxRoiPool Mean MeanVarianceNormalization Min Mod Multinomial Neg ' +
    'NonZero Not OneHot Or QLinearConv QLinearMatMul QuantizeLinear RNN RandomNormal RandomNormalLike ' +
    'RandomUniform RandomUniformLike Range ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMin ' +
    'ReduceProd ReduceSum ReduceSumSquare Reshape ReverseSequence RoiAlign Round Scan Scatter ScatterElements ' +
    'ScatterND Selu SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength Shrink ' +
    'Sign Sinh Softsign SplitToSequence Squeeze StringNormalizer Sub Tan TfIdfVectorizer ThresholdedRelu Tile ' +
    'TopK Transpose Unique Unsqueeze Where Xor',
}
