/** The rules every graph keeps, checked after reading and after each pass. */
import { GraphError } from '../errors.ts'
import { type Graph, usedValues } from './graph.ts'
import type { Node } from './node.ts'

/**
 * Throw GraphError for: a value nobody computes, a value or node name used twice, a cycle, an output without producer; in the
 * graph and in the sub-graphs of its nodes.
 *
 * @param origin what produced the graph, for the message ("the model", "pass fuse-batch-norm")
 */
export function verifyGraph(graph: Graph, origin = 'the model'): void {
  verify(graph, origin, new Set())
}

/** `outer`: values a sub-graph may capture. */
function verify(graph: Graph, origin: string, outer: ReadonlySet<string>): void {
  const given = givenValues(graph, origin)
  const computed = computedValues(graph, origin, given)
  const known = (value: string): boolean => given.has(value) || computed.has(value) || outer.has(value)
  for (const node of graph.nodes) {
    const dangling = usedValues(node).find((value) => !known(value))
    if (dangling !== undefined) {
      fail(
        origin,
        'GRAPH_DANGLING',
        `${node.opType} '${node.name}' reads '${dangling}', which nothing computes`,
        node.name,
      )
    }
  }
  refuseCycles(graph, origin, computed)
  for (const { name } of graph.outputs) {
    if (!known(name)) fail(origin, 'GRAPH_NO_OUTPUT', `nothing computes the output '${name}'`, name)
  }
  for (const node of graph.nodes) {
    for (const attribute of node.attributes.values()) {
      if (attribute.type !== 'graph') continue
      verify(attribute.value, `${origin}, inside '${node.name}'`, new Set([...outer, ...given, ...computed.keys()]))
    }
  }
}

/** Names of inputs and constants; outputs are looked at for names used twice. */
function givenValues(graph: Graph, origin: string): Set<string> {
  const inputs = new Set<string>()
  for (const { name } of graph.inputs) {
    if (inputs.has(name)) fail(origin, 'GRAPH_DUPLICATE_VALUE', `two inputs are named '${name}'`, name)
    if (graph.constant(name)) {
      fail(origin, 'GRAPH_DUPLICATE_VALUE', `'${name}' is both an input and a constant`, name)
    }
    inputs.add(name)
  }
  const outputs = new Set<string>()
  for (const { name } of graph.outputs) {
    if (outputs.has(name)) fail(origin, 'GRAPH_DUPLICATE_VALUE', `two outputs are named '${name}'`, name)
    outputs.add(name)
  }
  return new Set([...inputs, ...graph.constants.keys()])
}

/** Which node computes each value. */
function computedValues(graph: Graph, origin: string, given: ReadonlySet<string>): Map<string, Node> {
  const computed = new Map<string, Node>()
  const names = new Set<string>()
  for (const node of graph.nodes) {
    if (names.has(node.name)) fail(origin, 'GRAPH_DUPLICATE_NODE', `two nodes are named '${node.name}'`, node.name)
    names.add(node.name)
    for (const output of node.outputs) {
      if (output === '') continue
      const other = computed.get(output)?.name
      if (other !== undefined || given.has(output)) {
        const first = other === undefined ? 'is an input or a constant' : `is computed by '${other}'`
        const message = `'${output}' ${first} and computed by '${node.name}' as well`
        fail(origin, 'GRAPH_DUPLICATE_VALUE', message, node.name)
      }
      computed.set(output, node)
    }
  }
  return computed
}

/** In `sorted()` order a node reads something not computed yet only where a cycle is closed. */
function refuseCycles(graph: Graph, origin: string, producers: ReadonlyMap<string, Node>): void {
  const done = new Set<Node>()
  for (const node of graph.sorted()) {
    const open = (one: Node): Node | undefined =>
      usedValues(one)
        .map((value) => producers.get(value))
        .find((producer) => producer && !done.has(producer))
    if (!open(node)) {
      done.add(node)
      continue
    }
    // walking back from producer to producer must meet a node again
    const seen = new Set<Node>()
    let at: Node | undefined = node
    for (; at && !seen.has(at); at = open(at)) seen.add(at)
    const path = [...seen]
    const names = path.slice(at ? path.indexOf(at) : 0).map(({ name }) => `'${name}'`)
    const shown = names.length > 6 ? [...names.slice(0, 5), `${names.length - 5} more`] : names
    fail(origin, 'GRAPH_CYCLE', `these nodes wait for each other: ${shown.join(' <- ')}`, node.name)
  }
}

function fail(origin: string, code: `GRAPH_${string}`, message: string, where: string): never {
  throw new GraphError(code, `${origin}: ${message}`, {
    where,
    fix: 'export the model again; if openmapper changed it, this is a bug of ours',
  })
}
