/** The rules every graph keeps, checked after reading and after each pass. */
import { GraphError } from '../errors.ts'
import { type Graph, usedValues } from './graph.ts'

/**
 * Throw GraphError for: a value nobody computes, a value or node name used twice, a cycle, an output without producer.
 *
 * @param origin what produced the graph, for the message ("the model", "pass fuse-batch-norm")
 */
export function verifyGraph(graph: Graph, origin = 'the model'): void {
  const fail = (code: `GRAPH_${string}`, message: string, where: string): never => {
    throw new GraphError(code, `${origin}: ${message}`, {
      where,
      fix: 'export the model again; if openmapper changed it, this is a bug of ours',
    })
  }
  const known = new Set<string>([...graph.inputs.map((info) => info.name), ...graph.constants.keys()])
  for (const info of graph.inputs) {
    if (graph.constant(info.name))
      fail('GRAPH_DUPLICATE_VALUE', `'${info.name}' is both an input and a constant`, info.name)
  }
  const computed = new Set<string>()
  const names = new Set<string>()
  for (const node of graph.nodes) {
    if (names.has(node.name)) fail('GRAPH_DUPLICATE_NODE', `two nodes are named '${node.name}'`, node.name)
    names.add(node.name)
    for (const output of node.outputs) {
      if (output === '') continue
      if (computed.has(output) || known.has(output)) {
        fail('GRAPH_DUPLICATE_VALUE', `'${output}' is computed twice`, node.name)
      }
      computed.add(output)
    }
  }
  for (const node of graph.nodes) {
    for (const value of usedValues(node)) {
      if (!known.has(value) && !computed.has(value)) {
        fail('GRAPH_DANGLING', `${node.opType} '${node.name}' reads '${value}', which nothing computes`, node.name)
      }
    }
  }
  const ready = new Set(known)
  for (const node of graph.sorted()) {
    const early = usedValues(node).find((value) => !ready.has(value))
    if (early !== undefined) fail('GRAPH_CYCLE', `'${node.name}' is part of a cycle through '${early}'`, node.name)
    for (const output of node.outputs) ready.add(output)
  }
  for (const { name } of graph.outputs) {
    if (!ready.has(name)) fail('GRAPH_NO_OUTPUT', `nothing computes the output '${name}'`, name)
  }
}
