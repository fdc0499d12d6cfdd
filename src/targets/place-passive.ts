/**
 * Passive operators inherit their scale, so they run on the accelerator only in its company. Seen in published logs:
 *
 * - an accelerated reader suffices (Softmax on the CPU -> Transpose -> MatMul: the Transpose is accelerated);
 * - behind an accelerated producer they may end the model (Sigmoid -> Reshape -> Transpose -> output);
 * - fed by the model's float input alone they stay on the CPU (Slice and Concat of a Focus stem without HzPreprocess);
 *   in front of HzPreprocess the input is int8, and they do not.
 */
import type { Graph } from '../ir/graph.ts'
import { HORIZON_DOMAIN, type Node } from '../ir/node.ts'
import type { Placement } from './placement.ts'

/** Move the passive nodes without company to the CPU. `order` is topological. */
export function placePassive(graph: Graph, order: readonly Node[], placements: Map<string, Placement>): void {
  const isPassive = (node: Node): boolean => {
    const placement = placements.get(node.name)!
    return placement.on === 'BPU' && placement.kind === 'passive'
  }
  const toCpu = (node: Node, reason: string): void => {
    placements.set(node.name, { on: 'CPU', kind: 'passive', reason })
  }
  const data = (node: Node): string[] =>
    node.inputs.filter((input) => input !== '' && !graph.constant(input) && graph.type(input)?.dtype !== 'int64')

  /** Passive nodes with an accelerated computation somewhere before them, through passive nodes. */
  const fed = new Set<Node>()
  /** Values that are the model's float input, moved about. */
  const raw = new Set(graph.inputs.filter((info) => !feedsPreprocess(graph, info.name)).map((info) => info.name))
  for (const node of order) {
    if (!isPassive(node)) continue
    const inputs = data(node)
    if (inputs.every((input) => raw.has(input))) {
      for (const output of node.outputs) raw.add(output)
      toCpu(node, `${node.opType} reads nothing but the float input of the model (class passive)`)
      continue
    }
    const producers = inputs.flatMap((input) => graph.producer(input) ?? [])
    if (producers.some((other) => (isPassive(other) ? fed.has(other) : placements.get(other.name)!.on === 'BPU'))) {
      fed.add(node)
    }
  }
  for (const node of [...order].reverse()) {
    if (!isPassive(node)) continue
    const readers = node.outputs.flatMap((output) => graph.consumers(output))
    if (readers.some((reader) => placements.get(reader.name)!.on === 'BPU')) continue
    const ends = node.outputs.some((output) => graph.isOutput(output))
    if (fed.has(node) && ends) continue
    toCpu(
      node,
      fed.has(node)
        ? `${node.opType} hands its values to the CPU (class passive)`
        : `${node.opType} moves values between operators on the CPU (class passive)`,
    )
  }
}

/** True for an image input: HzPreprocess reads it, directly or through a Transpose. */
function feedsPreprocess(graph: Graph, value: string): boolean {
  return graph.consumers(value).some((reader) => {
    if (reader.is('Transpose')) return feedsPreprocess(graph, reader.outputs[0])
    return reader.domain === HORIZON_DOMAIN && reader.opType.startsWith('HzPreprocess')
  })
}
