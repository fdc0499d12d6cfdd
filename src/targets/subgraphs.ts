/** Numbers of the accelerator's subgraphs, as the tables print them: `id(n)`. */
import { type Graph, usedValues } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import type { Placement } from './placement.ts'

/**
 * Walk the nodes in topological order; an accelerated node joins the lowest-numbered subgraph among its accelerated producers
 * that it can join without making that subgraph wait for its own result through another subgraph or a CPU node; otherwise it
 * opens the next id. (The rule is inferred: it gives the ids of the published logs.)
 */
export function subgraphIds(graph: Graph, placements: ReadonlyMap<string, Placement>): Map<string, number> {
  const ids = new Map<string, number>()
  const schedule = new Schedule()
  let next = 0
  for (const node of graph.sorted()) {
    const producers = usedValues(node).flatMap((value) => graph.producer(value) ?? [])
    const before = new Set(producers.map((producer) => unitOf(producer, ids)))
    if (placements.get(node.name)?.on === 'BPU') {
      const candidates = [...before].filter((unit) => typeof unit === 'number').sort((a, b) => a - b)
      const joined = candidates.find((id) => schedule.canJoin(id, before))
      ids.set(node.name, joined ?? next++)
    }
    schedule.add(unitOf(node, ids), before)
  }
  return ids
}

/** What is scheduled as one piece: a subgraph by id, or a single CPU node. */
type Unit = number | Node

function unitOf(node: Node, ids: ReadonlyMap<string, number>): Unit {
  return ids.get(node.name) ?? node
}

/** Which unit waits for which. */
class Schedule {
  readonly #readers = new Map<Unit, Set<Unit>>()

  add(unit: Unit, before: Iterable<Unit>): void {
    for (const producer of before) {
      if (producer === unit) continue
      const readers = this.#readers.get(producer)
      if (readers) readers.add(unit)
      else this.#readers.set(producer, new Set([unit]))
    }
  }

  /** True when a node that reads `before` may become part of `id`: none of the others waits for `id`. */
  canJoin(id: number, before: ReadonlySet<Unit>): boolean {
    if (before.size === 1) return true
    const seen = new Set<Unit>([id])
    const open: Unit[] = [id]
    for (let unit = open.pop(); unit !== undefined; unit = open.pop()) {
      for (const reader of this.#readers.get(unit) ?? []) {
        if (before.has(reader)) return false
        if (!seen.has(reader)) open.push(reader)
        seen.add(reader)
      }
    }
    return true
  }
}
