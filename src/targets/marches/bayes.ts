/** Operator table of march bayes: ONNX operator -> class. By name only; the limits of each operator come later. */
import type { OperatorTable } from '../operator-table.ts'

export const BAYES: OperatorTable = {
  active:
    'Abs Add Atan AveragePool BatchNormalization Ceil Constant ConstantOfShape Conv ConvTranspose Cos Div Dropout ' +
    'Elu Exp Floor Gemm GlobalAveragePool GridSample HardSigmoid LSTM LeakyRelu Log MatMul Mul Pow Reciprocal ' +
    'ReduceMax ReduceMean ReduceSum Resize Shape Sigmoid Sin Size Softplus Sqrt Sub Sum Tanh Upsample',
  passive:
    'ArgMax ArgMin Clip Concat DepthToSpace Expand Flatten Gather GatherElements GlobalMaxPool Max MaxPool Pad ' +
    'Relu Reshape Slice SpaceToDepth Split Squeeze Tile TopK Transpose Unsqueeze',
  manual: 'Equal Greater GreaterOrEqual Less LessOrEqual Min Softmax',
  cpu:
    'Acos Acosh And Asin Asinh Atanh BitShift Cast Celu Compress ConcatFromSequence ConvInteger Cosh CumSum ' +
    'DequantizeLinear Det DynamicQuantizeLinear Einsum Erf EyeLike Function GRU GatherND GlobalLpPool Hardmax ' +
    'Identity If InstanceNormalization IsInf IsNaN LRN LogSoftmax Loop LpNormalization LpPool MatMulInteger ' +
    'MaxRoiPool Mean MeanVarianceNormalization Mod Multinomial Neg Not OneHot Or PRelu QLinearConv QLinearMatMul ' +
    'QuantizeLinear RNN RandomNormal RandomNormalLike RandomUniform RandomUniformLike Range ReduceL1 ReduceL2 ' +
    'ReduceLogSum ReduceLogSumExp ReduceMin ReduceProd ReduceSumSquare ReverseSequence RoiAlign Round Scan ' +
    'Scatter ScatterElements ScatterND Selu SequenceAt SequenceConstruct SequenceEmpty SequenceErase ' +
    'SequenceInsert SequenceLength Shrink Sign Sinh Softsign SplitToSequence StringNormalizer Tan TfIdfVectorizer ' +
    'ThresholdedRelu Unique Where Xor',
}
