/** What a conversion sees. */
import type { Graph } from '../../ir/graph.ts'
import type { Node } from '../../ir/node.ts'
import { Tensor } from '../../ir/tensor.ts'
import { ReadError } from '../../errors.ts'

/** Rewrites one node from the model's opset to the internal one, in place or by adding nodes. */
export type Conversion = (graph: Graph, node: Node, opset: number) => void

/** Turn a list attribute into an int64 constant input. Nothing happens where the attribute is absent. */
export function attributeToInput(graph: Graph, node: Node, attribute: string, port: number): void {
  const values = node.ints(attribute)
  if (values) setInt64Input(graph, node, port, values)
  node.attributes.delete(attribute)
}

export function setInt64Input(graph: Graph, node: Node, port: number, values: readonly number[]): void {
  const name = graph.freshName(`${node.name}_input${port}`)
  setInputAt(graph, node, port, graph.setConstant(name, Tensor.int64([values.length], values)))
}

/** A float attribute as a scalar input. */
export function setFloatInput(graph: Graph, node: Node, port: number, value: number): void {
  const name = graph.freshName(`${node.name}_input${port}`)
  setInputAt(graph, node, port, graph.setConstant(name, Tensor.float32([], [value])))
}

function setInputAt(graph: Graph, node: Node, port: number, value: string): void {
  const inputs = [...node.inputs]
  while (inputs.length < port) inputs.push('')
  inputs[port] = value
  graph.setInputs(node, inputs)
}

/** The operator cannot be expressed at the internal opset. */
export function refuse(node: Node, why: string): never {
  throw new ReadError('READ_OPSET_OPERATOR', `${node.opType} '${node.name}': ${why}`, {
    where: node.name,
    fix: 'export with another opset_version (11 to 17 are read by every tool)',
  })
}
