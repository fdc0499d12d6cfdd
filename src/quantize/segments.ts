/** Cutting a graph into consecutive segments, each ending at one of a list of values. */
import { elementCount } from '../ir/tensor.ts'
import { type Graph, usedValues } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'

export interface Segment {
  nodes: Node[]
  /** The value the segment was cut for. */
  end: string
  /** Some later node reads `end`. */
  endIsRead: boolean
  /** Values the nodes read from earlier segments or the graph inputs. */
  inputs: string[]
  /** `end` and the values computed here that later segments read. */
  outputs: string[]
  /** Values nothing reads after this segment. */
  dead: string[]
}

/**
 * Segments in topological order, one per value of `ends`; nodes behind the last one are left out. Where nothing is to be computed for an
 * end (a graph input, a further output of a node), its segment has no nodes.
 */
export function cutSegments(graph: Graph, ends: readonly string[]): Segment[] {
  const wanted = new Set(ends)
  const order = graph.sorted()
  const lastUse = new Map<string, number>()
  const given = graph.inputs.filter(({ name }) => wanted.has(name))
  const parts: { nodes: Node[]; end: string }[] = given.map(({ name }) => ({ nodes: [], end: name }))
  let nodes: Node[] = []
  for (const node of order) {
    nodes.push(node)
    for (const end of node.outputs.filter((output) => wanted.has(output))) {
      parts.push({ nodes, end })
      nodes = []
    }
  }
  for (const [k, part] of parts.entries()) {
    for (const node of part.nodes) for (const value of usedValues(node)) lastUse.set(value, k)
    lastUse.set(part.end, k)
  }
  const stored = new Set(graph.inputs.map((info) => info.name))
  return parts.map(({ nodes: members, end }, k) => {
    const computed = new Set(members.flatMap((node) => node.outputs).filter((output) => output !== ''))
    const used = new Set(members.flatMap(usedValues))
    const inputs = [...used].filter((value) => stored.has(value) && !computed.has(value))
    const outputs = [...computed].filter((value) => value === end || (lastUse.get(value) ?? -1) > k)
    for (const output of outputs) stored.add(output)
    const dead = [...stored].filter((value) => value !== end && (lastUse.get(value) ?? -1) <= k)
    for (const value of dead) stored.delete(value)
    return { nodes: members, end, endIsRead: (lastUse.get(end) ?? -1) > k, inputs, outputs, dead }
  })
}

/** Number of elements alive between (or produced by) segments, for one image: at each segment. */
export function liveElements(graph: Graph, segments: readonly Segment[]): number[] {
  const size = (value: string): number => elementCount(graph.shape(value) ?? [])
  const live = new Set(graph.inputs.map((info) => info.name))
  return segments.map((segment) => {
    for (const output of segment.outputs) live.add(output)
    const elements = [...live].reduce((sum, value) => sum + size(value), 0)
    for (const value of segment.dead) live.delete(value)
    if (!segment.endIsRead) live.delete(segment.end)
    return elements
  })
}
