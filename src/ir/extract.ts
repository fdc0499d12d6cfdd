/** A part of a model as a model of its own. */
import { Graph, usedValues } from './graph.ts'
import type { Model } from './model.ts'
import type { Node } from './node.ts'

/**
 * The model that computes `outputs` from `inputs` with the given nodes (copied). Constants they read come along; every value
 * named must have a known type.
 */
export function extractModel(
  model: Model,
  nodes: readonly Node[],
  inputs: readonly string[],
  outputs: readonly string[],
): Model {
  const typed = (name: string) => {
    const type = model.graph.type(name)
    if (!type) throw new Error(`no type known for value '${name}'`)
    return { name, dtype: type.dtype, shape: type.shape }
  }
  const graph = new Graph(`${model.graph.name}_part`, inputs.map(typed), outputs.map(typed))
  for (const node of nodes) {
    graph.addNode(node.clone())
    for (const value of usedValues(node)) {
      const constant = model.graph.constant(value)
      if (constant) graph.setConstant(value, constant)
    }
  }
  return { ...model, graph, metadata: new Map() }
}
