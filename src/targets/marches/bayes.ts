/** Operator table of march bayes: ONNX operator -> class. By name only; the limits of each operator come later. */
import type { OperatorTable } from '../operator-table.ts'

export const BAYES: OperatorTable = {
  active:
    'Abs Add Atan AveragePool BatchNormalization Ceil Conv ConvTranspose Cos Div Elu Exp Floor Gemm ' +
    'GlobalAveragePool GridSample HardSigmoid LSTM LeakyRelu Log MatMul Mul Pow Reciprocal ReduceMax ReduceMean ' +
    'ReduceSum Resize Sigmoid Sin Softplus Sqrt Sub Sum Tanh Upsample',
  passive:
    'ArgMax ArgMin Clip Concat DepthToSpace Expand Flatten Gather GatherElements GlobalMaxPool Max MaxPool Pad Relu ' +
    'Reshape Slice SpaceToDepth Split Squeeze Tile TopK Transpose Unsqueeze',
  manual: 'Equal Greater GreaterOrEqual Less LessOrEqual Min Softmax',
  cpu:
    'Acos Acosh And Asin Asinh Atanh Cast Constant ConstantOfShape Cosh CumSum DequantizeLinear Dropout Erf EyeLike ' +
    'GRU GatherND GlobalLpPool Identity InstanceNormalization LRN LogSoftmax LpNormalization LpPool MaxRoiPool Neg ' +
    'Not OneHot Or PRelu QuantizeLinear RNN RandomUniform RandomUniformLike Range ReduceL1 ReduceL2 ReduceLogSum ' +
    'ReduceLogSumExp ReduceMin ReduceProd ReduceSumSquare ReverseSequence RoiAlign Round ScatterElements ScatterND ' +
    'Selu Shape Sign Sinh Size Softsign Tan ThresholdedRelu Where',
  none:
    'BitShift Celu Compress ConcatFromSequence ConvInteger Det DynamicQuantizeLinear Einsum Function Hardmax If ' +
    'IsInf IsNaN Loop MatMulInteger Mean MeanVarianceNormalization Mod Multinomial QLinearConv QLinearMatMul ' +
    'RandomNormal RandomNormalLike Scan Scatter SequenceAt SequenceConstruct SequenceEmpty SequenceErase ' +
    'SequenceInsert SequenceLength Shrink SplitToSequence StringNormalizer TfIdfVectorizer Unique Xor',
}
