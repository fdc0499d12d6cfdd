/**
 * Cutting a network into consecutive parts of about equal cost, where little is alive: what is tried in a late tensor then runs
 * from the cut before it.
 */
import { elementCount } from '../ir/tensor.ts'
import { type Graph, usedValues } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'

export interface Part {
  nodes: Node[]
  /** Values read from earlier parts or the graph inputs, or passed on. */
  inputs: string[]
  /** Values computed here that later parts read, or that are wanted in the end. */
  outputs: string[]
  /** Values alive before the part: what must be kept to start here. */
  live: string[]
}

/** Cost of fake-quantizing an element relative to a multiply-accumulate of a Conv. */
const ELEMENT_COST = 40

/**
 * Parts in topological order.
 *
 * @param wanted values to compute in the end
 * @param count how many parts at most
 */
export function cutIntoParts(graph: Graph, wanted: readonly string[], count: number): Part[] {
  const order = neededNodes(graph, wanted)
  const alive = liveElements(graph, order, wanted)
  const cumulative: number[] = []
  let total = 0
  for (const node of order) cumulative.push((total += nodeCost(graph, node)))
  const ends: number[] = []
  for (let k = 1; k < count; k++) {
    const target = (total * k) / count
    const slack = total / count / 2
    let best: number | undefined
    for (let i = (ends.at(-1) ?? -1) + 1; i < order.length - 1; i++) {
      if (Math.abs(cumulative[i] - target) > slack) continue
      if (best === undefined || alive[i] < alive[best]) best = i
    }
    if (best !== undefined) ends.push(best)
  }
  ends.push(order.length - 1)
  const groups = ends.map((end, k) => order.slice(k === 0 ? 0 : ends[k - 1] + 1, end + 1))
  return partsOf(graph, groups, wanted)
}

/** Elements of some values together. */
export function elementsOf(graph: Graph, values: readonly string[]): number {
  return values.reduce((sum, value) => sum + elementCount(graph.shape(value) ?? []), 0)
}

/** Elements that are alive at a time while the network runs, at most. */
export function peakElements(graph: Graph, wanted: readonly string[]): number {
  return Math.max(...liveElements(graph, neededNodes(graph, wanted), wanted))
}

/** Inputs, outputs and live values of consecutive groups of nodes. */
function partsOf(graph: Graph, groups: readonly Node[][], wanted: readonly string[]): Part[] {
  const lastUse = new Map<string, number>(wanted.map((value) => [value, groups.length]))
  for (const [k, nodes] of groups.entries()) {
    for (const value of nodes.flatMap(usedValues)) lastUse.set(value, Math.max(k, lastUse.get(value) ?? 0))
  }
  const stored = new Set(graph.inputs.map((info) => info.name).filter((name) => lastUse.has(name)))
  return groups.map((nodes, k) => {
    const live = [...stored].filter((value) => lastUse.get(value)! >= k)
    const computed = new Set(nodes.flatMap((node) => node.outputs))
    const used = new Set(nodes.flatMap(usedValues))
    const outputs = [...computed].filter((value) => (lastUse.get(value) ?? -1) > k)
    for (const output of outputs) stored.add(output)
    return { nodes, inputs: live.filter((value) => used.has(value)), outputs, live }
  })
}

function neededNodes(graph: Graph, wanted: readonly string[]): Node[] {
  const needed = new Set(wanted)
  const nodes: Node[] = []
  for (const node of [...graph.sorted()].reverse()) {
    if (!node.outputs.some((output) => needed.has(output))) continue
    nodes.push(node)
    for (const value of usedValues(node)) needed.add(value)
  }
  return nodes.reverse()
}

/** Elements alive behind each node. */
function liveElements(graph: Graph, order: readonly Node[], wanted: readonly string[]): number[] {
  const lastUse = new Map<string, number>()
  for (const [i, node] of order.entries()) for (const value of usedValues(node)) lastUse.set(value, i)
  for (const value of wanted) lastUse.set(value, order.length)
  const live = new Map<string, number>()
  const size = (value: string): number => elementCount(graph.shape(value) ?? [])
  for (const info of graph.inputs) if (lastUse.has(info.name)) live.set(info.name, size(info.name))
  return order.map((node, i) => {
    for (const output of node.outputs) if ((lastUse.get(output) ?? -1) > i) live.set(output, size(output))
    for (const value of usedValues(node)) if ((lastUse.get(value) ?? -1) <= i) live.delete(value)
    return [...live.values()].reduce((sum, elements) => sum + elements, 0)
  })
}

/** Work of a node, in multiply-accumulates. */
export function nodeCost(graph: Graph, node: Node): number {
  const elements = elementCount(graph.shape(node.outputs[0]) ?? [])
  const weight = node.is('Conv', 'ConvTranspose', 'Gemm', 'MatMul') ? graph.constant(node.inputs[1]) : undefined
  if (!weight) return elements * ELEMENT_COST
  const channels = node.is('Gemm', 'MatMul') ? graph.shape(node.outputs[0])!.at(-1)! : weight.shape[0]
  return elements * (ELEMENT_COST + weight.size / channels)
}
