/** `output_nodes`: a model that ends at other nodes. */
import { ConfigError } from '../errors.ts'
import type { Graph, ValueInfo } from '../ir/graph.ts'
import { removeDeadCode } from '../passes/remove-dead-code.ts'
import { nearestName } from '../text/nearest-name.ts'

const KEY = 'model_parameters.output_nodes'

/**
 * Make the outputs of the named nodes (or values) the outputs of the graph, in the order given, and drop everything that no
 * longer serves one: nodes, constants, inputs. Types must be inferred. Returns the names of inputs that fell away.
 *
 * @throws ConfigError CONFIG_OUTPUT_NODE for a name that is no node, CONFIG_OUTPUT_TYPE for a node of unknown type
 */
export function selectOutputs(graph: Graph, names: readonly string[]): string[] {
  graph.outputs = [...new Set(names.flatMap((name) => valuesOf(graph, name)))].map((value) => infoOf(graph, value))
  removeDeadCode.run(graph)
  const unread = graph.inputs.filter(({ name }) => graph.consumers(name).length === 0)
  graph.inputs = graph.inputs.filter((info) => !unread.includes(info))
  return unread.map(({ name }) => name)
}

function valuesOf(graph: Graph, name: string): string[] {
  const node = graph.nodes.find((candidate) => candidate.name === name) ?? graph.producer(name)
  if (!node) {
    const nearest = nearestName(
      name,
      graph.nodes.map((candidate) => candidate.name),
    )
    throw new ConfigError('CONFIG_OUTPUT_NODE', `the model has no node named '${name}'`, {
      where: KEY,
      fix: nearest === undefined ? 'openmapper check MODEL lists the nodes' : `did you mean '${nearest}'?`,
    })
  }
  return node.name === name ? node.outputs.filter((output) => output !== '') : [name]
}

function infoOf(graph: Graph, value: string): ValueInfo {
  const type = graph.type(value)
  if (type?.shape) return { name: value, dtype: type.dtype, shape: type.shape }
  throw new ConfigError('CONFIG_OUTPUT_TYPE', `the shape of '${value}' is not known, so it cannot be an output`, {
    where: KEY,
    fix: 'name a node before it',
  })
}
