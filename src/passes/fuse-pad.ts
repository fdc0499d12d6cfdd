/**
 * Zero padding becomes part of the windows behind it.
 *
 * Before: y = Conv(Pad(x))        y = AveragePool(Pad(x))                      y = MaxPool(Pad(x)), x never negative
 * After:  y = Conv(x, pads)       y = AveragePool(x, pads, count_include_pad)  y = MaxPool(x, pads)
 * Only for zero padding of the spatial axes, smaller than the kernel, and only where every reader takes it: padding twice
 * costs nothing, keeping the Pad for one reader does.
 */
import type { Graph } from '../ir/graph.ts'
import { int, ints, type Node, string } from '../ir/node.ts'
import type { Pass } from './pass.ts'
import { scalarConstant } from './rewrite.ts'

export const fusePad: Pass = {
  name: 'fuse-pad',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) if (node.is('Pad') && fuse(graph, node)) rewrites++
    return rewrites
  },
}

function fuse(graph: Graph, pad: Node): boolean {
  const added = zeroPads(graph, pad)
  const readers = graph.consumers(pad.outputs[0])
  if (!added || readers.length === 0 || graph.isOutput(pad.outputs[0])) return false
  const wanted = readers.map((reader) => fusedPads(graph, pad, reader, added))
  for (const pads of wanted) if (pads === undefined) return false
  for (const [i, reader] of readers.entries()) {
    reader.attributes.set('pads', ints(wanted[i]!))
    reader.attributes.set('auto_pad', string('NOTSET'))
    if (reader.is('AveragePool')) reader.attributes.set('count_include_pad', int(1))
    graph.setInput(reader, 0, pad.inputs[0])
  }
  graph.removeNode(pad)
  return true
}

/** The padding of `reader` with the Pad's added to it; undefined where it cannot take it. */
function fusedPads(graph: Graph, pad: Node, reader: Node, added: readonly number[]): number[] | undefined {
  if (!reader.is('Conv', 'AveragePool', 'MaxPool') || reader.inputs.lastIndexOf(pad.outputs[0]) !== 0) return undefined
  const rank = added.length / 2
  const mode = reader.string('auto_pad', 'NOTSET')
  if (mode !== 'NOTSET' && mode !== 'VALID') return undefined
  const own = mode === 'VALID' ? undefined : reader.ints('pads')
  const before = own ?? added.map(() => 0)
  if (reader.is('Conv')) return added.some((size) => size < 0) ? undefined : before.map((size, i) => size + added[i])
  const kernel = reader.ints('kernel_shape')
  if (!kernel || reader.int('ceil_mode', 0) === 1 || before.some((size) => size !== 0)) return undefined
  if (added.some((size, i) => size < 0 || size >= kernel[i % rank])) return undefined
  if (reader.is('MaxPool') && !neverNegative(graph, pad.inputs[0])) return undefined
  return [...added]
}

/** Spatial begins and ends of a constant zero Pad; undefined for any other. */
function zeroPads(graph: Graph, pad: Node): number[] | undefined {
  const pads = graph.constant(pad.inputs[1])?.numbers()
  const value = pad.inputs[2] ? scalarConstant(graph, pad.inputs[2]) : 0
  if (!pads || value !== 0 || pad.string('mode', 'constant') !== 'constant' || pad.inputs[3]) return undefined
  const rank = pads.length / 2
  if (pads[0] !== 0 || pads[1] !== 0 || pads[rank] !== 0 || pads[rank + 1] !== 0) return undefined
  return [...pads.slice(2, rank), ...pads.slice(rank + 2)]
}

function neverNegative(graph: Graph, value: string): boolean {
  const producer = graph.producer(value)
  if (producer?.is('Relu', 'Sigmoid')) return true
  return producer?.is('Clip') === true && (scalarConstant(graph, producer.inputs[1]) ?? -1) >= 0
}
