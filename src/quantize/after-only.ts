/**
 * Look-ups quantized after the function alone, on march `generic`: the Conv before gives its int32 result in float, as a tail Conv
 * does, the function is computed in float, and one quantizer stands behind it.
 *
 * Before: Conv(x) -> QuantizeLinear -> DequantizeLinear -> f -> QuantizeLinear
 * After:  Conv(x) -> f -> QuantizeLinear
 *
 * Nothing is rounded or clipped before the function. The price: onnxruntime has no integer Conv with a float result, so the Conv runs
 * in float on the dequantized integers (as it does with 16-bit codes behind it). The chips compute look-ups on codes and cannot do this.
 */
import type { Graph } from '../ir/graph.ts'
import { HORIZON_DOMAIN, type Node } from '../ir/node.ts'
import { SCALED_PREFIX, SWISH_OP } from '../ops/facts.ts'
import type { QuantizationPlan } from './plan.ts'

const FUNCTIONS: ReadonlySet<string> = new Set(['HardSwish', 'Mish', 'Gelu'])

/** SiLU, HardSwish, Mish and GELU, also with factors per channel. */
export function isLookup(node: Node): boolean {
  if (node.domain === HORIZON_DOMAIN) return node.opType === SWISH_OP || node.opType.startsWith(SCALED_PREFIX)
  return node.domain === '' && FUNCTIONS.has(node.opType)
}

/** A look-up between a Conv-like operator, whose result nothing else reads, and a quantizer. */
export interface LookupSite {
  lookup: Node
  conv: Node
  /** Tensors before and after the function. */
  before: string
  after: string
}

/** Look-ups of a plan that are computed on codes, and could be quantized after the function alone; in topological order. */
export function lookupSites(graph: Graph, plan: QuantizationPlan): LookupSite[] {
  const convs = new Map(plan.weighted.map((unit) => [unit.node.outputs[0], unit.node]))
  return [...plan.quantizers.values()].flatMap(({ tensor, group }): LookupSite[] => {
    const [conv, lookup] = [convs.get(tensor), graph.soleConsumer(tensor)]
    if (!conv || !lookup || !isLookup(lookup) || group !== tensor || graph.isOutput(tensor)) return []
    const [after] = lookup.outputs
    return plan.quantizers.has(after) ? [{ lookup, conv, before: tensor, after }] : []
  })
}
