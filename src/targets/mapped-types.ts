/** Type names of the tables: what an ONNX operator is called on the accelerator. */
import type { Node } from '../ir/node.ts'

const NAMES: Readonly<Record<string, string>> = {
  Conv: 'HzSQuantizedConv',
  Gemm: 'HzSQuantizedConv',
  ConvTranspose: 'HzSQuantizedConvTranspose',
  MatMul: 'HzSQuantizedMatmul',
  Add: 'HzSElementwiseAdd',
  Sub: 'HzSElementwiseSub',
  Mul: 'HzSElementwiseMul',
  MaxPool: 'HzQuantizedMaxPool',
  GlobalMaxPool: 'HzQuantizedGlobalMaxPool',
  AveragePool: 'HzSQuantizedAveragePool',
  GlobalAveragePool: 'HzSQuantizedGlobalAveragePool',
  Resize: 'HzQuantizedResizeUpsample',
  ReduceMax: 'HzQuantizedReduceMax',
  ReduceSum: 'HzSQuantizedReduceSum',
  ReduceMean: 'HzSQuantizedReduceMean',
  HzPreprocess: 'HzSQuantizedPreprocess',
  HzPreprocessNHWC: 'HzSQuantizedPreprocess',
}

const LOOKUPS = new Set(
  (
    'HzSwish HardSwish Mish Gelu Sigmoid HardSigmoid Tanh Exp Log Sqrt Pow Reciprocal Softplus Softsign Elu Selu Celu Erf ' +
    'LeakyRelu Sin Cos Tan Abs Neg'
  ).split(' '),
)

/** Name in the table's Type column. */
export function mappedType(node: Node, on: 'BPU' | 'CPU'): string {
  if (on === 'CPU') return node.opType
  return LOOKUPS.has(node.opType) ? 'HzLut' : (NAMES[node.opType] ?? node.opType)
}
