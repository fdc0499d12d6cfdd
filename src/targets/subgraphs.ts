/** Numbers of the accelerator's subgraphs, as the tables print them: `id(n)`. */
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import type { Placement } from './placement.ts'

/**
 * Walk the nodes in topological order; an accelerated node joins the lowest-numbered subgraph among its accelerated producers
 * that it can join without making that subgraph depend on itself through another node group; otherwise it opens the next id.
 */
export function subgraphIds(graph: Graph, placements: ReadonlyMap<string, Placement>): Map<string, number> {
  const ids = new Map<string, number>()
  /** For each node: subgraphs it depends on through a path that left them. */
  const left = new Map<Node, Set<number>>()
  let next = 0
  for (const node of graph.sorted()) {
    const producers = node.inputs.flatMap((input) => graph.producer(input) ?? [])
    const candidates = new Set<number>()
    for (const producer of producers) {
      const id = ids.get(producer.name)
      if (id !== undefined) candidates.add(id)
    }
    const outside = new Set<number>()
    for (const producer of producers) for (const id of left.get(producer) ?? []) outside.add(id)
    if (placements.get(node.name)?.on === 'BPU') {
      // Joining one subgraph makes the others' results come from outside.
      const joinable = [...candidates].filter((id) => !outside.has(id)).sort((a, b) => a - b)
      const id = joinable[0] ?? next++
      ids.set(node.name, id)
      for (const other of candidates) if (other !== id) outside.add(other)
    } else {
      for (const id of candidates) outside.add(id)
    }
    left.set(node, outside)
  }
  return ids
}
