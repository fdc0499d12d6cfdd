/** Placement of quantizers for a march: joins the operator table, the int16 requests and the preprocess nodes. */
import type { March, ResolvedInput } from '../config/types.ts'
import type { Graph } from '../ir/graph.ts'
import { HORIZON_DOMAIN } from '../ir/node.ts'
import { clipRange, placeQuantizers } from '../quantize/place.ts'
import type { Levels, QuantizationPlan, ValueRange } from '../quantize/plan.ts'
import { preprocessRange } from '../prepare/reach.ts'
import { placeNodes } from '../targets/place.ts'
import type { Placement } from '../targets/placement.ts'

export interface PlannedGraph {
  plan: QuantizationPlan
  placements: Map<string, Placement>
}

/**
 * Plan an optimized graph.
 *
 * @param levels codes wanted for each tensor
 * @param cpuNodes nodes that stay in float on the user's word
 * @param afterOnly look-ups quantized after the function alone, on march `generic`
 */
export function planGraph(
  graph: Graph,
  march: March,
  inputs: readonly ResolvedInput[],
  levels: (tensor: string) => Levels,
  cpuNodes: readonly string[] = [],
  afterOnly?: ReadonlySet<string>,
): PlannedGraph {
  const placements = placeNodes(graph, march, withActivations(graph, cpuNodes))
  const reach = preprocessReach(graph, inputs)
  const plan = placeQuantizers(graph, {
    accelerated: (node) => placements.get(node.name)?.on === 'BPU',
    levels,
    preprocessRange: (tensor) => reach.get(tensor),
    takesZeroPoints: march === 'generic',
    afterOnly,
  })
  for (const node of graph.nodes) {
    const float = !plan.units.has(node) && !plan.fused.has(node) && !node.opType.startsWith('HzPreprocess')
    if (placements.get(node.name)?.on !== 'BPU' || !float) continue
    const feedsUnit = node.outputs.some((output) => graph.consumers(output).some((reader) => plan.units.has(reader)))
    const inside = afterOnly?.has(node.name) ? AFTER_ONLY : NO_INTEGER_FORM
    placements.set(node.name, feedsUnit ? inside : FLOAT_TAIL)
  }
  return { plan, placements }
}

/** Nodes and the activation that alone reads each: quantized in between, it would lose more than it saves. */
function withActivations(graph: Graph, names: readonly string[]): ReadonlySet<string> {
  const all = new Set(names)
  for (const node of graph.nodes) {
    if (!all.has(node.name)) continue
    const reader = graph.soleConsumer(node.outputs[0])
    if (reader && clipRange(graph, reader) !== undefined) all.add(reader.name)
  }
  return all
}

/** Accelerated operators with nothing quantized behind them. */
const FLOAT_TAIL: Placement = {
  on: 'CPU',
  kind: 'cpu',
  reason: 'comes after the last Conv before an output or a CPU operator, where values stay in float',
}

/** Accelerated operators inside the quantized region that codes of 8 bits cannot stand for. */
const NO_INTEGER_FORM: Placement = { on: 'CPU', kind: 'cpu', reason: 'has no exact integer form with these operands' }

/** Look-ups without a quantizer before them. */
const AFTER_ONLY: Placement = {
  on: 'CPU',
  kind: 'cpu',
  reason: 'is computed in float: a quantizer before it costs more accuracy than it saves time',
}

/** Output of each HzPreprocess node (and of Transposes behind it) -> reachable range. */
function preprocessReach(graph: Graph, inputs: readonly ResolvedInput[]): Map<string, ValueRange> {
  const reach = new Map<string, ValueRange>()
  for (const node of graph.sorted()) {
    if (node.domain === HORIZON_DOMAIN && node.opType.startsWith('HzPreprocess')) {
      const input = inputs.find((candidate) => node.name === `HZ_PREPROCESS_FOR_${candidate.name}`)
      if (input && input.typeTrain !== 'featuremap') reach.set(node.outputs[0], preprocessRange(input))
    }
    const source = node.is('Transpose') ? reach.get(node.inputs[0]) : undefined
    if (source !== undefined) reach.set(node.outputs[0], source)
  }
  return reach
}
