/**
 * Compute what depends on constants alone.
 *
 * Before: y = f(constant, ...)       or   y = shape arithmetic on known shapes
 * After:  y is a constant
 * Not where the result would make the model grow by more than a megabyte (Expand, Tile, ConstantOfShape of large tensors).
 */
import { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import { elementCount } from '../ir/tensor.ts'
import { inferTypes } from '../ops/infer.ts'
import type { Pass } from './pass.ts'

const MAX_GROWTH = 1 << 20
/** Their results differ from run to run, or they have sub-graphs. */
const NEVER = new Set([
  'RandomNormal',
  'RandomUniform',
  'RandomNormalLike',
  'RandomUniformLike',
  'Bernoulli',
  'If',
  'Loop',
  'Scan',
])

export const foldConstants: Pass = {
  name: 'fold-constants',
  async run(graph, context) {
    let rewrites = 0
    for (const [name, tensor] of inferTypes(graph)) {
      const node = graph.producer(name)
      if (!node || graph.isOutput(name)) continue
      graph.removeNode(node)
      graph.setConstant(name, tensor)
      rewrites++
    }
    const computable = constantNodes(graph)
    if (computable.length === 0) return rewrites
    const part = new Graph('constants')
    const values = computable.flatMap((node) => node.outputs).filter((output) => output !== '')
    for (const node of computable) {
      part.addNode(node.clone())
      for (const input of node.inputs) {
        const constant = graph.constant(input)
        if (constant) part.setConstant(input, constant)
      }
    }
    const wanted = values.filter((value) => graph.consumers(value).some((reader) => !computable.includes(reader)))
    for (const value of wanted) part.outputs.push({ name: value, ...graph.type(value)! })
    const results = await context.evaluate(part, wanted)
    for (const node of computable) graph.removeNode(node)
    for (const [name, tensor] of results) graph.setConstant(name, tensor)
    return rewrites + computable.length
  },
}

/** Nodes whose inputs are all constants (or computed by such nodes), smallest set worth folding. */
function constantNodes(graph: Graph): Node[] {
  const folded = new Set<string>()
  const nodes: Node[] = []
  for (const node of graph.sorted()) {
    if (node.domain !== '' || NEVER.has(node.opType) || node.inputs.length === 0) continue
    const given = node.inputs.filter((input) => input !== '')
    if (!given.every((input) => graph.constant(input) || folded.has(input))) continue
    if (node.outputs.some((output) => graph.isOutput(output) || (output !== '' && !graph.shape(output)))) continue
    const size = (values: readonly string[]): number =>
      values.reduce((sum, value) => sum + (value === '' ? 0 : elementCount(graph.shape(value) ?? [])), 0)
    if (size(node.outputs) - size(given) > MAX_GROWTH / 4) continue
    for (const output of node.outputs) folded.add(output)
    nodes.push(node)
  }
  return nodes
}
