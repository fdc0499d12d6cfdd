/**
 * Zero padding becomes part of the window behind it.
 *
 * Before: y = Conv(Pad(x))        y = AveragePool(Pad(x))                      y = MaxPool(Pad(x)), x never negative
 * After:  y = Conv(x, pads)       y = AveragePool(x, pads, count_include_pad)  y = MaxPool(x, pads)
 * Only for zero padding of the spatial axes, smaller than the kernel.
 */
import type { Graph } from '../ir/graph.ts'
import { int, ints, type Node, string } from '../ir/node.ts'
import type { Pass } from './pass.ts'
import { scalarConstant, soleProducer } from './rewrite.ts'

export const fusePad: Pass = {
  name: 'fuse-pad',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) if (node.is('Conv', 'AveragePool', 'MaxPool') && fuse(graph, node)) rewrites++
    return rewrites
  },
}

function fuse(graph: Graph, node: Node): boolean {
  const pad = soleProducer(graph, node.inputs[0], 'Pad')
  const added = pad && zeroPads(graph, pad)
  if (!pad || !added) return false
  const rank = added.length / 2
  const own = node.ints('pads') ?? added.map(() => 0)
  const mode = node.string('auto_pad', 'NOTSET')
  if (mode !== 'NOTSET' && mode !== 'VALID') return false
  const kernel = node.is('Conv') ? graph.shape(node.inputs[1])?.slice(2) : node.ints('kernel_shape')
  if (!kernel || (node.is('AveragePool', 'MaxPool') && node.int('ceil_mode', 0) === 1)) return false
  const before = mode === 'VALID' ? added.map(() => 0) : own
  if (node.is('AveragePool', 'MaxPool') && before.some((size) => size !== 0)) return false
  if (added.some((size, i) => size < 0 || (!node.is('Conv') && size >= kernel[i % rank]))) return false
  if (node.is('MaxPool') && !neverNegative(graph, pad.inputs[0])) return false
  node.attributes.set('pads', ints(before.map((size, i) => size + added[i])))
  node.attributes.set('auto_pad', string('NOTSET'))
  if (node.is('AveragePool')) node.attributes.set('count_include_pad', int(1))
  graph.setInput(node, 0, pad.inputs[0])
  graph.removeNode(pad)
  return true
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
