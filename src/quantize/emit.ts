/**
 * The quantized model, as QDQ in the form that onnxruntime fuses into integer kernels, exactly (ARCHITECTURE.md, "The
 * emitted form"):
 *
 * - activations uint8: zero point 0 and codes 0..127 (a Clip in the integer domain) where no value is negative, else 128, or that of
 *   their asymmetric codes;
 * - weights int8 where the input's codes are 0..127, uint8 with zero point 128 elsewhere: exact on every CPU;
 * - biases int32 behind a DequantizeLinear of scale s_x * s_w: nothing in float between quantizers;
 * - 16-bit tensors int16.
 */
import { removeUnreadConstants } from '../ir/unread.ts'
import type { Graph } from '../ir/graph.ts'
import { cloneModel, type Model } from '../ir/model.ts'
import { int, ints, type Node, string } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { emitAveragePool } from './average-pool.ts'
import { activationReaders, type Calibration } from './calibrated.ts'
import { isPadded, padsOfReader } from './centred-codes.ts'
import { type ActivationQuantizer, isAsymmetric, type QuantizationPlan, scaleOf, type WeightedUnit } from './plan.ts'
import { quantizeBias, quantizeWeight, roundHalfEven, weightScales } from './weights.ts'

/** Emit the quantized graph of an optimized model. `plan` refers to the argument's graph, which is not changed. */
export function emitQuantized(model: Model, plan: QuantizationPlan, calibration: Calibration): Model {
  const result = cloneModel(model)
  const { graph } = result
  const copies = new Map(graph.nodes.map((node) => [node.name, node]))
  const readers = activationReaders(model.graph, plan)
  const fused = new Set([...plan.fused.keys()].map((node) => node.name))
  for (const quantizer of plan.quantizers.values()) {
    const source = rawValue(graph, fused, quantizer)
    const emitted = emitCodes(graph, quantizer, source, calibration.thresholds.get(quantizer.tensor)!)
    const dequantized = emitDequantize(graph, quantizer.tensor, emitted)
    for (const { reader, port } of readers.get(quantizer.tensor) ?? []) {
      const copy = copies.get(reader.name)!
      const movesPads = isAsymmetric(quantizer.levels) && !plan.takesZeroPoints
      const pads = movesPads ? padsOfReader(model.graph, reader) : undefined
      graph.setInput(copy, port, pads && isPadded(pads) ? emitPadded(graph, emitted, pads, copy) : dequantized)
    }
  }
  // After the activations, which other stages find by their names.
  for (const unit of plan.weighted) emitWeights(graph, copies.get(unit.node.name)!, unit, plan, calibration)
  for (const node of plan.units) emitAveragePool(copies.get(node.name)!)
  removeUnread(graph)
  graph.sort()
  return result
}

/** The value the quantizer reads: before a fused Relu/Clip, because the integer range does the clamping. */
function rawValue(graph: Graph, fused: ReadonlySet<string>, quantizer: ActivationQuantizer): string {
  const producer = graph.producer(quantizer.tensor)
  // 16-bit tensors have no zero point 0 form, so their Relu stays.
  return producer && fused.has(producer.name) && quantizer.levels !== 32767 ? producer.inputs[0] : quantizer.tensor
}

/** Names of codes and of what they mean. */
interface Codes {
  codes: string
  scale: string
  zeroPoint: string
}

/** QuantizeLinear [-> Clip] behind a value. */
function emitCodes(graph: Graph, quantizer: ActivationQuantizer, source: string, threshold: number): Codes {
  const { tensor, levels } = quantizer
  const step = scaleOf(threshold, levels)
  const scale = graph.setConstant(graph.freshName(`${tensor}_scale`), Tensor.float32([], [step]))
  const zeroPoint = zeroPointConstant(graph, quantizer)
  const codes = graph.freshName(`${tensor}_quantized`)
  graph.addNode({
    name: graph.freshNodeName(`${tensor}_QuantizeLinear`),
    opType: 'QuantizeLinear',
    inputs: [source, scale, zeroPoint],
    outputs: [codes],
  })
  const highest = highestCode(quantizer, step)
  if (highest === undefined) return { codes, scale, zeroPoint }
  const clipped = graph.freshName(`${tensor}_clipped`)
  graph.addNode({
    name: graph.freshNodeName(`${tensor}_Clip`),
    opType: 'Clip',
    inputs: [codes, scalarCode(graph, 0), scalarCode(graph, highest)],
    outputs: [clipped],
  })
  return { codes: clipped, scale, zeroPoint }
}

/** DequantizeLinear behind codes; returns the dequantized value's name. */
function emitDequantize(graph: Graph, stem: string, { codes, scale, zeroPoint }: Codes): string {
  return graph.addNode({
    name: graph.freshNodeName(`${stem}_DequantizeLinear`),
    opType: 'DequantizeLinear',
    inputs: [codes, scale, zeroPoint],
    outputs: [graph.freshName(`${stem}_dequantized`)],
  }).outputs[0]
}

/**
 * DequantizeLinear behind codes with the padding of a Conv, which then pads no more; returns the dequantized value's name. Readers
 * with the same padding share the Pad.
 *
 * Before: Conv(x, pads)
 * After:  Conv(Pad(x, pads, code of 0))
 */
function emitPadded(graph: Graph, emitted: Codes, pads: readonly number[], conv: Node): string {
  const { codes, zeroPoint } = emitted
  const axes = pads.length / 2
  const all = [0, 0, ...pads.slice(0, axes), 0, 0, ...pads.slice(axes)]
  conv.attributes.set('pads', ints(pads.map(() => 0)))
  conv.attributes.set('auto_pad', string('NOTSET'))
  const sizes = sharedConstant(
    graph,
    `pads_${all.join('_')}`,
    Tensor.of('int64', [all.length], BigInt64Array.from(all, BigInt)),
  )
  const made = graph.consumers(codes).find((node) => node.is('Pad') && node.inputs[1] === sizes)
  const pad =
    made ??
    graph.addNode({
      name: graph.freshNodeName(`${codes}_Pad`),
      opType: 'Pad',
      inputs: [codes, sizes, zeroPoint],
      outputs: [graph.freshName(`${codes}_padded`)],
    })
  return emitDequantize(graph, pad.outputs[0], { ...emitted, codes: pad.outputs[0] })
}

/**
 * Upper bound of the Clip in the integer domain; undefined where none is needed. A fused Clip ends at its own bound where the
 * threshold, shared with other tensors, lies above it: round(min(x, cap) / s) = min(round(x / s), round(cap / s)).
 */
function highestCode({ nonNegative, levels, follows, cap }: ActivationQuantizer, step: number): number | undefined {
  if (!nonNegative || follows || levels === 32767) return undefined
  const highest = Math.min(levels, cap === undefined ? levels : roundHalfEven(Math.fround(cap / step)))
  return highest < 255 ? highest : undefined
}

function zeroPointConstant(graph: Graph, quantizer: ActivationQuantizer): string {
  if (isAsymmetric(quantizer.levels)) return scalarCode(graph, 255 - quantizer.levels)
  if (quantizer.levels === 127) return scalarCode(graph, quantizer.nonNegative ? 0 : 128)
  return sharedConstant(graph, 'zero_point_int16', Tensor.of('int16', [], new Int16Array([0])))
}

/** A uint8 scalar. */
function scalarCode(graph: Graph, code: number): string {
  return sharedConstant(graph, `code_${code}`, Tensor.of('uint8', [], new Uint8Array([code])))
}

/** A constant that all quantizers share; the model may have a value of that name itself. */
function sharedConstant(graph: Graph, stem: string, tensor: Tensor): string {
  const same = (other: Tensor | undefined): boolean =>
    other?.dtype === tensor.dtype &&
    other.shape.length === tensor.shape.length &&
    other.bytes.every((byte, i) => byte === tensor.bytes[i])
  return same(graph.constant(stem)) ? stem : graph.setConstant(graph.freshName(stem), tensor)
}

/** Replace a unit's float weight and bias by integer constants behind DequantizeLinear nodes. */
function emitWeights(
  graph: Graph,
  node: Node,
  unit: WeightedUnit,
  plan: QuantizationPlan,
  calibration: Calibration,
): void {
  const input = plan.quantizers.get(unit.input)!
  // 0..255 x int8 saturates on CPUs without VNNI, so asymmetric codes meet uint8 weights.
  const offset = input.nonNegative && input.levels === 127 ? 0 : 128
  const scales = weightScales(calibration.weights.get(node.name)!)
  const weightCodes = quantizeWeight(graph.constant(unit.weight)!, unit.axis, scales, offset)
  const zeroPoint =
    offset === 0
      ? Tensor.of('int8', [scales.length], new Int8Array(scales.length))
      : Tensor.of('uint8', [scales.length], new Uint8Array(scales.length).fill(128))
  graph.setInput(node, 1, dequantizedConstant(graph, `${node.name}_weight`, weightCodes, scales, unit.axis, zeroPoint))
  if (unit.bias === undefined) return
  const bias = graph.constant(unit.bias)!.floats()
  const inputScale = scaleOf(calibration.thresholds.get(unit.input)!, input.levels)
  const quantized = quantizeBias(bias, inputScale, scales)
  const codes = Tensor.of('int32', [bias.length], quantized.codes)
  graph.setInput(node, 2, dequantizedConstant(graph, `${node.name}_bias`, codes, quantized.scales, 0, undefined))
}

function dequantizedConstant(
  graph: Graph,
  stem: string,
  codes: Tensor,
  scales: Float32Array,
  axis: number,
  zeroPoint: Tensor | undefined,
): string {
  const inputs = [
    graph.setConstant(graph.freshName(`${stem}_quantized`), codes),
    graph.setConstant(graph.freshName(`${stem}_scale`), Tensor.float32([scales.length], scales)),
  ]
  if (zeroPoint) inputs.push(graph.setConstant(graph.freshName(`${stem}_zero_point`), zeroPoint))
  const output = graph.freshName(`${stem}_dequantized`)
  graph.addNode({
    name: graph.freshNodeName(`${stem}_DequantizeLinear`),
    opType: 'DequantizeLinear',
    inputs,
    outputs: [output],
    attributes: { axis: int(axis) },
  })
  return output
}

/** Drop fused activations and float weights that nothing reads any more. */
function removeUnread(graph: Graph): void {
  for (const node of [...graph.sorted()].reverse()) {
    const unread = node.outputs.every((output) => !graph.isOutput(output) && graph.consumers(output).length === 0)
    if (unread) graph.removeNode(node)
  }
  removeUnreadConstants(graph)
}
