/** Graphs that are quantized already. */
import { ReadError } from '../errors.ts'
import type { Graph } from '../ir/graph.ts'

const MARKS = new Set([
  'QuantizeLinear',
  'DequantizeLinear',
  'DynamicQuantizeLinear',
  'QLinearConv',
  'QLinearMatMul',
  'ConvInteger',
  'MatMulInteger',
])

/** Building needs a float model. */
export function refuseQuantized(graph: Graph): void {
  const first = graph.nodes.find((node) => MARKS.has(node.opType))
  if (!first) return
  throw new ReadError('READ_ALREADY_QUANTIZED', `the model is quantized already (${first.opType} '${first.name}')`, {
    where: first.name,
    fix: 'build from the float model it was made from; taking over thresholds of a quantized export (calibration_type: load) comes in a later version',
  })
}
