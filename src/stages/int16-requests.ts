/** What the int16 requests of `node_info` come to on a march. */
import type { March } from '../config/types.ts'
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import { activationReaders } from '../quantize/calibrated.ts'
import { takesInt16 } from '../targets/int16.ts'
import type { PlannedGraph } from './plan.ts'

export interface Int16Requests {
  /** Activations to be int16: what the named nodes read. */
  tensors: ReadonlySet<string>
  /** Why a node cannot have it, by node name. */
  unmet: ReadonlyMap<string, string>
}

/**
 * A request holds for all quantized inputs of a node. It is met where every operator that reads them, or values that share their
 * scale, takes int16 on the march.
 *
 * @param planned the plan without any request
 */
export function int16Requests(
  graph: Graph,
  { plan, placements }: PlannedGraph,
  march: March,
  names: readonly string[],
): Int16Requests {
  const tensors = new Set<string>()
  const unmet = new Map<string, string>()
  const wanted = new Set(names)
  const readers = activationReaders(graph, plan)
  const byGroup = new Map<string, Node[]>()
  for (const { tensor, group } of plan.quantizers.values()) {
    const own = (readers.get(tensor) ?? []).map(({ reader }) => reader)
    byGroup.set(group, [...(byGroup.get(group) ?? []), ...own])
  }
  for (const node of graph.nodes) {
    if (!wanted.has(node.name)) continue
    const producer = plan.fused.get(node)
    const own = [...readers].flatMap(([tensor, list]) => (list.some(({ reader }) => reader === node) ? [tensor] : []))
    const narrow = own
      .flatMap((tensor) => byGroup.get(plan.quantizers.get(tensor)!.group)!)
      .find((reader) => !takesInt16(march, reader))
    if (producer) unmet.set(node.name, `it is computed inside ${producer.name}: ask for that node`)
    else if (own.length === 0) unmet.set(node.name, placements.get(node.name)?.reason || 'it reads nothing quantized')
    else if (narrow) unmet.set(node.name, `march '${march}' has no int16 ${reads(narrow, node)}`)
    else for (const tensor of own) tensors.add(tensor)
  }
  return { tensors, unmet }
}

function reads(reader: Node, node: Node): string {
  return reader === node ? reader.opType : `${reader.opType}, and ${reader.name} reads values of the same scale`
}
