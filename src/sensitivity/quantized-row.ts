/**
 * The shortest row of parts that holds the quantizers of a target; everything behind it runs as in float.
 *
 * Before: part 3: y = Conv(x) ... part 9: z = Add(u, x)
 * After:  part 3: y = Conv(HzCalibration(x)), which also gives HzCalibration(x) away ... part 9: as before, fed with that for x
 */
import type { Model } from '../ir/model.ts'
import type { Node } from '../ir/node.ts'
import { CALIBRATION_FUNCTION } from '../quantize/calibration-node.ts'
import type { CutNetwork, Row } from './cut-network.ts'
import type { Insertion } from './targets.ts'

export interface QuantizedRow extends Row {
  model: Model
  /** Quantized values that later parts read in place of the float ones: name in the results by name of the float value. */
  replaced: ReadonlyMap<string, string>
}

interface Placed {
  calibration: Node
  /** Ports that shall read the quantized value. */
  ports: ReadonlySet<string>
  /** Parts of the readers. */
  parts: readonly number[]
}

/** The row with these quantizers; undefined where none changes what is wanted. */
export function quantizedRow(network: CutNetwork, insertions: readonly Insertion[]): QuantizedRow | undefined {
  const placed = merged(network, insertions)
  if (placed.length === 0) return undefined
  const first = Math.min(...placed.map(({ parts }) => Math.min(...parts)))
  let last = Math.max(...placed.map(({ parts }) => Math.min(...parts)))
  for (let at = -1; at !== last;) {
    at = last
    for (const one of placed) if (!isReplaceable(network, one, at)) last = Math.max(last, ...one.parts)
  }
  const row = network.row(first, last)
  const model = network.extract(row)
  const { graph } = model
  const copies = graph.nodes
  const outputs: string[] = []
  const replaced = new Map<string, string>()
  for (const { calibration, ports, parts } of placed) {
    const quantizer = calibration.clone()
    quantizer.name = graph.freshNodeName(calibration.name)
    const [tensor] = quantizer.inputs
    const [quantized] = quantizer.outputs
    for (const node of copies) {
      for (const [port, input] of node.inputs.entries()) {
        if (input === tensor && ports.has(portName(node.name, port))) graph.setInput(node, port, quantized)
      }
    }
    graph.addNode(quantizer)
    if (Math.max(...parts) <= last) continue
    graph.outputs.push({ name: quantized, ...network.model.graph.type(tensor)! })
    outputs.push(quantized)
    replaced.set(tensor, quantized)
  }
  graph.sort()
  const functions = [...model.functions, CALIBRATION_FUNCTION]
  return { ...row, outputs: [...row.outputs, ...outputs], model: { ...model, functions }, replaced }
}

/** One entry per quantizer, with all its readers that matter. */
function merged(network: CutNetwork, insertions: readonly Insertion[]): Placed[] {
  const byName = new Map<string, { calibration: Node; ports: Set<string>; parts: number[] }>()
  for (const { calibration, readers } of insertions) {
    for (const { node, port } of readers) {
      const part = network.partOf(node)
      if (part === undefined) continue
      const entry = byName.get(calibration.name) ?? { calibration, ports: new Set<string>(), parts: [] }
      entry.ports.add(portName(node, port))
      entry.parts.push(part)
      byName.set(calibration.name, entry)
    }
  }
  return [...byName.values()]
}

/** Whether the parts behind `last` may take the quantized value for the float one: nobody there, and nobody outside, reads that. */
function isReplaceable(network: CutNetwork, { calibration, ports }: Placed, last: number): boolean {
  const { graph } = network.model
  const [tensor] = calibration.inputs
  if (network.wanted.includes(tensor)) return false
  const isOutside = (node: Node): boolean => (network.partOf(node.name) ?? -1) > last
  const later = graph.consumers(tensor).filter(isOutside)
  if (later.length > 0 && graph.constant(tensor)) return false
  return later.every(
    (node) =>
      node.inputs.every((input, port) => input !== tensor || ports.has(portName(node.name, port))) &&
      // A value read inside a branch has no port.
      node.inputs.includes(tensor) &&
      ![...node.attributes.values()].some(({ type }) => type === 'graph'),
  )
}

function portName(node: string, port: number): string {
  return `${port} ${node}`
}
