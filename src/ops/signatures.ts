/**
 * What each operator reads, as the internal opset has it.
 *
 * One word per port: `T`, `U` element types that must be equal within the node, `i` int64, `b` bool, `x` any; `?` the port may
 * be left out, `*` any number of such ports, at least one. From ONNX's own operator definitions.
 */
const LINES: Readonly<Record<string, string>> = {
  'T*': 'Concat Max Mean Min Sum',
  'T T':
    'Add BitShift BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less LessOrEqual MatMul MaxRoiPool Mod Mul PRelu Sub',
  'T T? T?': 'Clip',
  'T T T': 'GroupNormalization InstanceNormalization Range',
  'T T T?': 'Conv ConvTranspose Gemm LayerNormalization',
  'T T T T T': 'BatchNormalization',
  'T T T T? x? T?': 'GRU RNN',
  'T T T T? x? T? T? T?': 'LSTM',
  'T T i': 'RoiAlign',
  'T T i? T? T?': 'NonMaxSuppression',
  'T i T': 'ScatterND',
  'T i T? x?': 'Pad',
  'T x T': 'ScatterElements',
  'T x T?': 'DequantizeLinear',
  'b T T': 'Where',
  b: 'If Not',
  'b b': 'And Or Xor',
  i: 'ConstantOfShape',
  x:
    'Abs Acos Acosh ArgMax ArgMin Asin Asinh Atan Atanh AveragePool Bernoulli BitwiseNot Cast Ceil Celu Cos Cosh DepthToSpace Det ' +
    'Elu Erf Exp EyeLike Flatten Floor Gelu GlobalAveragePool GlobalLpPool GlobalMaxPool HardSigmoid HardSwish Hardmax Identity IsInf ' +
    'IsNaN LRN LeakyRelu Log LogSoftmax LpNormalization LpPool MaxPool MeanVarianceNormalization Mish Neg NonZero RandomNormalLike ' +
    'RandomUniformLike Reciprocal Relu Round Selu Shape Shrink Sigmoid Sign Sin Sinh Size Softmax Softplus Softsign SpaceToDepth Sqrt ' +
    'Tan Tanh ThresholdedRelu Transpose Unique',
  'x T T T? T?': 'Slice',
  'x i': 'Expand GatherND Reshape ReverseSequence Tile TopK Unsqueeze',
  'x i?':
    'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Split Squeeze Trilu',
  'x x': 'CastLike CumSum Gather GatherElements GridSample Pow',
  'x x? b?': 'Dropout',
  'x x? x? i?': 'Resize',
  'x x x': 'OneHot',
  'x x x?': 'QuantizeLinear',
}

export interface Port {
  /** `T`, `U`, `i`, `b` or `x`, see above. */
  type: string
  optional: boolean
  variadic: boolean
}

const SIGNATURES: ReadonlyMap<string, readonly Port[]> = new Map(
  Object.entries(LINES).flatMap(([ports, opTypes]) => {
    const signature = ports.split(' ').map((port) => ({
      type: port[0],
      optional: port.endsWith('?'),
      variadic: port.endsWith('*'),
    }))
    return opTypes.split(' ').map((opType) => [opType, signature] as const)
  }),
)

/** Ports of an operator of ONNX's own domain; undefined for operators we know nothing of. */
export function signatureOf(opType: string): readonly Port[] | undefined {
  return SIGNATURES.get(opType)
}
