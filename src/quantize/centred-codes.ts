/**
 * Centred codes: 0..255 instead of 0..127 for a tensor that is never or hardly negative. On the chip they are int8 codes minus a
 * constant, which moves into the reader's bias (an average keeps it). Zero padding would spoil that, because the code of 0 is not 0
 * any more: before a padded Conv stands a Pad of its own, with the code of 0, which every march runs on the accelerator. March `generic`
 * needs none of this (zero-points.ts).
 */
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import { windowOf } from '../ops/window.ts'
import { isAsymmetric, type QuantizationPlan } from './plan.ts'

/** Tensors that may have centred codes, which share their scale with none; `needsPad`: before one reader at least. */
export function centrableTensors(graph: Graph, plan: QuantizationPlan): Map<string, { needsPad: boolean }> {
  const members = new Map<string, number>()
  for (const { group } of plan.quantizers.values()) members.set(group, (members.get(group) ?? 0) + 1)
  const tensors = new Map<string, { needsPad: boolean }>()
  for (const { tensor, group, nonNegative, bound } of plan.quantizers.values()) {
    if (!(nonNegative || bound !== undefined) || members.get(group) !== 1) continue
    const readers = graph.consumers(tensor).filter((reader) => plan.units.has(reader))
    const pads = readers.map((reader) => padsOfReader(graph, reader))
    if (pads.every((own) => own !== undefined)) tensors.set(tensor, { needsPad: pads.some(isPadded) })
  }
  return tensors
}

/** Centred codes stay where every march can have them; elsewhere the tensor gets those of int8. */
export function grantCentredCodes(graph: Graph, plan: QuantizationPlan): void {
  const centrable = centrableTensors(graph, plan)
  for (const quantizer of plan.quantizers.values()) {
    const { tensor, levels, nonNegative } = quantizer
    // 255 leaves no code below 0.
    const isPossible = centrable.has(tensor) && (nonNegative || levels < 255)
    if (isAsymmetric(levels) && !isPossible) quantizer.levels = 127
  }
}

/** Padding of a reader that takes centred codes, begins then ends; undefined for all others. */
export function padsOfReader(graph: Graph, reader: Node): readonly number[] | undefined {
  if (reader.is('Gemm', 'GlobalAveragePool')) return []
  // Of two activations the constant would meet data, not weights.
  if (reader.is('MatMul')) return graph.constant(reader.inputs[1]) ? [] : undefined
  if (reader.is('Conv')) return padsOfConv(graph, reader)
  const isPlain = reader.is('AveragePool') && !reader.string('auto_pad', 'NOTSET').startsWith('SAME')
  return isPlain && !isPadded(reader.ints('pads') ?? []) ? [] : undefined
}

/** A padded image has four dimensions: bernoulli2 pads height and width alone. */
function padsOfConv(graph: Graph, conv: Node): readonly number[] | undefined {
  const [input, weight] = [graph.shape(conv.inputs[0]), graph.shape(conv.inputs[1])]
  if (!input || !weight) return undefined
  const { pads } = windowOf(conv, weight.slice(2), input.slice(2))
  if (!isPadded(pads)) return []
  return input.length === 4 && pads.every((pad) => pad >= 0) ? pads : undefined
}

/** A padding of other than 0 anywhere. */
export function isPadded(pads: readonly number[] | undefined): boolean {
  return pads?.some((pad) => pad !== 0) ?? false
}
