/** Rows of the tables that end a build, as the manual's 1.24 release prints them. */
import type { Graph } from '../ir/graph.ts'
import { quantizedPorts } from '../quantize/place.ts'
import { bitsOf, type QuantizationPlan } from '../quantize/plan.ts'
import type { Calibration } from '../quantize/calibrated.ts'
import type { Comparison, OutputComparison } from '../stages/compare.ts'
import { mappedType } from '../targets/mapped-types.ts'
import type { Placement } from '../targets/placement.ts'
import { subgraphIds } from '../targets/subgraphs.ts'

export interface NodeRow {
  node: string
  on: 'BPU' | 'CPU'
  subgraph: number | undefined
  type: string
  cosine: number | undefined
  /** Signal to quantization noise in dB; null where nothing differs. */
  sqnr: number | null | undefined
  /** Threshold of the node's first activation input. */
  threshold: number | undefined
  dataType: 'int8' | 'int16' | 'float'
  /** Precision that the YAML asks for, where it does; the other fields say what was realised. */
  requested?: 'int16' | 'CPU' | undefined
  /** Why the node is on the CPU; empty on the accelerator. */
  reason: string
}

export const NODE_COLUMNS = ['Node', 'ON', 'Subgraph', 'Type', 'Cosine Similarity', 'Threshold', 'DataType']
export const OUTPUT_COLUMNS = ['Output', 'Cosine Similarity', 'L1 Distance', 'L2 Distance', 'Chebyshev Distance']

/** One row per node of the optimized graph; fused activations belong to their producer's row. */
export function nodeRows(
  graph: Graph,
  plan: QuantizationPlan,
  placements: ReadonlyMap<string, Placement>,
  calibration: Calibration,
  comparison: Comparison,
): NodeRow[] {
  const ids = subgraphIds(graph, placements)
  return comparison.nodes.map(({ node, cosine, sqnr }) => {
    const placement = placements.get(node.name)
    const on = placement?.on ?? 'CPU'
    const input = plan.units.has(node) ? quantizedPorts(graph, node).map((port) => node.inputs[port])[0] : undefined
    const preprocess = node.opType.startsWith('HzPreprocess')
    return {
      node: node.name,
      on,
      subgraph: on === 'BPU' ? ids.get(node.name) : undefined,
      type: mappedType(node, on),
      cosine,
      sqnr: sqnr === undefined || Number.isFinite(sqnr) ? sqnr : null,
      threshold: preprocess ? 127 : input === undefined ? undefined : calibration.thresholds.get(input),
      dataType: preprocess
        ? 'int8'
        : input === undefined
          ? 'float'
          : `int${bitsOf(calibration.levels.get(input) ?? 127)}`,
      reason: placement?.reason ?? '',
    }
  })
}

const NONE = '--'

export function nodeCells(row: NodeRow): string[] {
  return [
    row.node.length > 50 ? `...${row.node.slice(-47)}` : row.node,
    row.on,
    row.subgraph === undefined ? NONE : `id(${row.subgraph})`,
    row.type,
    row.cosine === undefined ? NONE : row.cosine.toFixed(6),
    row.threshold === undefined ? NONE : String(Number(row.threshold.toPrecision(6))),
    row.dataType,
  ]
}

export function outputCells(output: OutputComparison): string[] {
  return [output.name, ...[output.cosine, output.l1, output.l2, output.chebyshev].map((figure) => figure.toFixed(6))]
}
