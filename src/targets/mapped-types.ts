/** Type names of the tables: what an ONNX operator is called on the accelerator. */
import type { Node } from '../ir/node.ts'
import { opFacts } from '../ops/facts.ts'

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
  Pad: 'HzPad',
  PRelu: 'HzPRelu',
  HzPreprocess: 'HzSQuantizedPreprocess',
  HzPreprocessNHWC: 'HzSQuantizedPreprocess',
}

/** Name in the table's Type column. Data movers and CPU nodes keep their ONNX name. */
export function mappedType(node: Node, on: 'BPU' | 'CPU'): string {
  if (on === 'CPU') return node.opType
  return NAMES[node.opType] ?? (opFacts(node)?.kind === 'lookup' ? 'HzLut' : node.opType)
}
