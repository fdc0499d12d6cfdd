/** Operator table of march bayes-e: ONNX operator -> class. By name only; the limits of each operator come later. */
import type { OperatorTable } from '../operator-table.ts'

export const BAYES_E: OperatorTable = {
  active:
    'Abs Acos Acosh Add Asin Asinh Atan Atanh AveragePool BatchNormalization Ceil Conv ConvTranspose Cos Cosh Div ' +
    'Elu Erf Exp Floor Gemm GlobalAveragePool GridSample HardSigmoid LSTM LeakyRelu Log MatMul Mul PRelu Pow ' +
    'Reciprocal ReduceMax ReduceMean ReduceSum Resize Round Selu Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Sub ' +
    'Sum Tan Tanh Upsample',
  passive:
    'ArgMax ArgMin Clip Concat DepthToSpace Expand Flatten Gather GatherElements GlobalMaxPool Max MaxPool Pad Relu ' +
    'Reshape Slice SpaceToDepth Split Squeeze Tile TopK Transpose Unsqueeze',
  manual: 'Equal Greater GreaterOrEqual Less LessOrEqual Min Softmax',
  cpu:
    'And Cast Constant ConstantOfShape CumSum DequantizeLinear Dropout EyeLike GRU GatherND GlobalLpPool Identity ' +
    'InstanceNormalization LRN LogSoftmax LpNormalization LpPool MaxRoiPool Mod Neg Not OneHot Or QuantizeLinear ' +
    'RNN RandomUniform RandomUniformLike Range ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMin ReduceProd ' +
    'ReduceSumSquare ReverseSequence RoiAlign ScatterElements ScatterND Shape Size ThresholdedRelu Where',
  none:
    'BitShift Celu Compress ConcatFromSequence ConvInteger Det DynamicQuantizeLinear Einsum Function Hardmax If ' +
    'IsInf IsNaN Loop MatMulInteger Mean MeanVarianceNormalization Multinomial QLinearConv QLinearMatMul ' +
    'RandomNormal RandomNormalLike Scan Scatter SequenceAt SequenceConstruct SequenceEmpty SequenceErase ' +
    'SequenceInsert SequenceLength Shrink SplitToSequence StringNormalizer TfIdfVectorizer Unique Xor',
}
