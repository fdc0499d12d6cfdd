/** Operator table of march bayes-e: ONNX operator -> class. By name only; the limits of each operator come later. */
import type { OperatorTable } from '../operator-table.ts'

export const BAYES_E: OperatorTable = {
  active:
    'Abs Acos Acosh Add Asin Asinh Atan Atanh AveragePool BatchNormalization Ceil Constant ConstantOfShape Conv ' +
    'ConvTranspose Cos Cosh Div Dropout Elu Erf Exp Floor Gemm GlobalAveragePool GridSample HardSigmoid LSTM ' +
    'LeakyRelu Log MatMul Mul PRelu Pow Reciprocal ReduceMax ReduceMean ReduceSum Resize Round Selu Shape Sigmoid ' +
    'Sign Sin Sinh Size Softplus Softsign Sqrt Sub Sum Tan Tanh Upsample',
  passive:
    'ArgMax ArgMin Clip Concat DepthToSpace Expand Flatten Gather GatherElements GlobalMaxPool Max MaxPool Pad ' +
    'Relu Reshape Slice SpaceToDepth Split Squeeze Tile TopK Transpose Unsqueeze',
  manual: 'Equal Greater GreaterOrEqual Less LessOrEqual Min Softmax',
  cpu:
    'And BitShift Cast Celu Compress ConcatFromSequence ConvInteger CumSum DequantizeLinear Det ' +
    'DynamicQuantizeLinear Einsum EyeLike Function GRU GatherND GlobalLpPool Hardmax Identity If ' +
    'InstanceNormalization IsInf IsNaN LRN LogSoftmax Loop LpNormalization LpPool MatMulInteger MaxRoiPool Mean ' +
    'MeanVarianceNormalization Mod Multinomial Neg Not OneHot Or QLinearConv QLinearMatMul QuantizeLinear RNN ' +
    'RandomNormal RandomNormalLike RandomUniform RandomUniformLike Range ReduceL1 ReduceL2 ReduceLogSum ' +
    'ReduceLogSumExp ReduceMin ReduceProd ReduceSumSquare ReverseSequence RoiAlign Scan Scatter ScatterElements ' +
    'ScatterND SequenceAt SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength Shrink ' +
    'SplitToSequence StringNormalizer TfIdfVectorizer ThresholdedRelu Unique Where Xor',
}
