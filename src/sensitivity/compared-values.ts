/** Which values the error metrics compare: the outputs, as far as they are continuous. */
import { ArgumentError } from '../errors.ts'
import type { Graph } from '../ir/graph.ts'
import { nearestName } from '../text/nearest-name.ts'

/**
 * The named values or nodes, or the model's outputs. A class map from ArgMax is compared by what it was chosen from.
 *
 * Throws ArgumentError where a name is neither a node nor a float value.
 */
export function comparedValues(graph: Graph, names: readonly string[] | undefined): string[] {
  const wanted = names ?? graph.outputs.map((info) => info.name)
  return [...new Set(wanted.map((name) => continuous(graph, valueOf(graph, name))))]
}

/** A value by its own name or that of the node that makes it. */
function valueOf(graph: Graph, name: string): string {
  const node = graph.nodes.find((candidate) => candidate.name === name)
  if (node) return node.outputs[0]
  if (graph.producer(name)) return name
  const near = nearestName(name, [
    ...graph.nodes.map((candidate) => candidate.name),
    ...graph.outputs.map((o) => o.name),
  ])
  throw new ArgumentError('ARGUMENT_UNKNOWN_NODE', `the model has no node or value '${name}'`, {
    where: name,
    fix: near === undefined ? 'name nodes as the table of the build does' : `did you mean '${near}'?`,
  })
}

function continuous(graph: Graph, value: string): string {
  for (let at = value; ;) {
    if (graph.type(at)?.dtype === 'float32') return at
    const node = graph.producer(at)
    if (!node) return value
    at = node.inputs[0]
  }
}
