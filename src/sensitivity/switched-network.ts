/**
 * What follows a row of targets, each quantizer behind a switch that is fed: one session measures them all, alone or together.
 *
 * Before: ... y = Conv(x) ...
 * After:  ... y = Conv(If(on) { HzCalibration(x) } else { x }) ...
 *
 * Only nodes that a target changes are in it; what they read from others is fed.
 */
import { Graph, usedValues } from '../ir/graph.ts'
import type { Model } from '../ir/model.ts'
import { type Attribute, Node } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { CALIBRATION_FUNCTION } from '../quantize/calibration-node.ts'
import { bytesOf, type CutNetwork } from './cut-network.ts'
import type { Insertion, Target } from './targets.ts'

export interface SwitchedNetwork {
  model: Model
  /** Float values it is fed. */
  inputs: readonly string[]
  /** Those among them that are not known. */
  ahead: readonly string[]
  /** Its switches with these targets (by name) turned on. */
  switches(targets: ReadonlySet<string>): Map<string, Tensor>
}

const ON = Tensor.of('bool', [], Uint8Array.of(1))
const OFF = Tensor.of('bool', [], Uint8Array.of(0))

/**
 * @param targets of one kind, so that no reader reads two of them at the same port
 * @param isKnown whether a float value is at hand
 * @param room bytes of float values that may be computed ahead; where they do not suffice, the network computes them in every run
 */
export function switchedNetwork(
  network: CutNetwork,
  targets: readonly Target[],
  isKnown: (value: string) => boolean,
  room: number,
): SwitchedNetwork {
  const { graph } = network.model
  const changed = changedNodes(network, targets)
  const unknown = network.inputsOf(changed).filter((value) => !isKnown(value))
  const isAhead = bytesOf(graph, unknown) <= room
  const own = new Set(changed)
  const again = isAhead ? own : new Set([...network.computing(unknown, isKnown), ...changed])
  const nodes = network.nodes.filter((node) => again.has(node))
  const computed = new Set(nodes.flatMap((node) => node.outputs))
  const model = network.extract(
    nodes,
    network.wanted.filter((value) => computed.has(value)),
  )
  const inputs = network.inputsOf(nodes)
  const names = new Map<string, string[]>()
  for (const { name, insertions } of targets) {
    for (const insertion of insertions) {
      const added = addSwitch(model.graph, graph, insertion)
      if (added !== undefined) names.set(name, [...(names.get(name) ?? []), added])
    }
  }
  model.graph.sort()
  return {
    model: { ...model, functions: [...model.functions, CALIBRATION_FUNCTION] },
    inputs,
    ahead: isAhead ? unknown : [],
    switches: (on) =>
      new Map([...names].flatMap(([target, own]) => own.map((name) => [name, on.has(target) ? ON : OFF] as const))),
  }
}

/** Nodes whose results differ when a target is quantized. */
function changedNodes(network: CutNetwork, targets: readonly Target[]): Node[] {
  const readers = new Set(
    targets.flatMap(({ insertions }) => insertions.flatMap((one) => one.readers.map((r) => r.node))),
  )
  const values = new Set<string>()
  return network.nodes.filter((node) => {
    const isChanged = readers.has(node.name) || usedValues(node).some((value) => values.has(value))
    if (isChanged) for (const output of node.outputs) values.add(output)
    return isChanged
  })
}

/** The name of the switch; undefined where nobody in the graph reads the value. */
function addSwitch(graph: Graph, types: Graph, { calibration, readers }: Insertion): string | undefined {
  const [tensor] = calibration.inputs
  const ports = new Set(readers.map(({ node, port }) => `${port} ${node}`))
  const reading = graph.nodes.flatMap((node) =>
    [...node.inputs.keys()].filter((port) => ports.has(`${port} ${node.name}`)).map((port) => ({ node, port })),
  )
  if (reading.length === 0) return undefined
  const name = graph.freshName(`${tensor}_is_quantized`)
  const output = graph.freshName(`${tensor}_switched`)
  graph.inputs.push({ name, dtype: 'bool', shape: [] })
  const { dtype, shape } = types.type(tensor)!
  const branch = (result: string, node: Node): Attribute => {
    const inner = new Graph(result, [], [{ name: result, dtype, shape }])
    node.outputs = [result]
    inner.addNode(node)
    return { type: 'graph', value: inner }
  }
  const same = new Node({ name: `${output}_Identity`, opType: 'Identity', inputs: [tensor], outputs: [] })
  graph.addNode({
    name: graph.freshNodeName(`${tensor}_Switch`),
    opType: 'If',
    inputs: [name],
    outputs: [output],
    attributes: {
      then_branch: branch(`${output}_quantized`, calibration.clone()),
      else_branch: branch(`${output}_float`, same),
    },
  })
  for (const { node, port } of reading) graph.setInput(node, port, output)
  return name
}
