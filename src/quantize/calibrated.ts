/**
 * The calibrated model: HzCalibration nodes on activations and weights of the optimized float graph, and back again.
 *
 * Before: Conv(x, W, b)
 * After:  Conv(HzCalibration(x), HzCalibration(W), b)
 *
 * Weights stay float and unrounded in the file; biases carry their correction. `readCalibration` undoes the insertion, so
 * that the quantize stage needs nothing but this file.
 */
import { HORIZON_DOMAIN, type Node } from '../ir/node.ts'
import type { Graph } from '../ir/graph.ts'
import { cloneModel, type Model } from '../ir/model.ts'
import { removeUnreadConstants } from '../ir/unread.ts'
import { CALIBRATION_FUNCTION, CALIBRATION_OP, calibrationNode } from './calibration-node.ts'
import { quantizedPorts } from './place.ts'
import { type Levels, lowestCode, type QuantizationPlan, scaleOf } from './plan.ts'
import { weightThresholds, withRoomForBias } from './weights.ts'

/** What calibration decided. */
export interface Calibration {
  /** Threshold of each quantized activation, by tensor name. */
  thresholds: ReadonlyMap<string, number>
  levels: ReadonlyMap<string, Levels>
  /** Per-channel thresholds of each weight, by the name of the node that reads it. */
  weights: ReadonlyMap<string, Float32Array>
}

/** Complete a plan and thresholds with weight thresholds (which depend on input scales only through bias overflow). */
export function completeCalibration(
  graph: Graph,
  plan: QuantizationPlan,
  thresholds: ReadonlyMap<string, number>,
): Calibration {
  const levels = new Map([...plan.quantizers].map(([tensor, quantizer]) => [tensor, quantizer.levels]))
  const weights = new Map<string, Float32Array>()
  for (const unit of plan.weighted) {
    const bias = unit.bias === undefined ? undefined : graph.constant(unit.bias)!.floats()
    const inputScale = scaleOf(thresholds.get(unit.input)!, levels.get(unit.input)!)
    weights.set(unit.node.name, weightThresholds(graph.constant(unit.weight)!, unit.axis, bias, inputScale))
  }
  return { thresholds, levels, weights }
}

/**
 * Weight thresholds that leave room for biases: int32 codes in units of input scale times weight scale, so that a finer input scale
 * needs coarser weights where the bias is large.
 */
export function roomForBiases(
  graph: Graph,
  plan: QuantizationPlan,
  { thresholds, levels, weights }: Calibration,
): Map<string, Float32Array> {
  return new Map(
    plan.weighted.map(({ node, input, bias }) => {
      const values = bias === undefined ? undefined : graph.constant(bias)!.floats()
      const inputScale = scaleOf(thresholds.get(input)!, levels.get(input)!)
      return [node.name, withRoomForBias(weights.get(node.name)!, values, inputScale)]
    }),
  )
}

/** The calibrated model of an optimized one; the argument is not changed. `plan` refers to the argument's graph. */
export function insertCalibration(model: Model, plan: QuantizationPlan, calibration: Calibration): Model {
  const result = cloneModel(model)
  const { graph } = result
  const copies = new Map(graph.nodes.map((node) => [node.name, node]))
  const readers = activationReaders(model.graph, plan)
  for (const quantizer of plan.quantizers.values()) {
    const { tensor } = quantizer
    const node = graph.addNode(
      calibrationNode({
        tensor,
        output: graph.freshName(`${tensor}_calibrated`),
        thresholds: [calibration.thresholds.get(tensor)!],
        levels: quantizer.levels,
        axis: undefined,
        rank: 0,
        lowest: lowestCode(quantizer),
      }),
    )
    copyType(graph, tensor, node.outputs[0])
    for (const { reader, port } of readers.get(tensor) ?? []) {
      graph.setInput(copies.get(reader.name)!, port, node.outputs[0])
    }
  }
  for (const unit of plan.weighted) {
    const rank = graph.constant(unit.weight)!.shape.length
    const thresholds = [...calibration.weights.get(unit.node.name)!]
    const output = graph.freshName(`${unit.weight}_calibrated`)
    const node = calibrationNode({
      tensor: unit.weight,
      output,
      thresholds,
      levels: 127,
      axis: unit.axis,
      rank,
      lowest: -127,
    })
    node.name = graph.freshNodeName(node.name)
    graph.addNode(node)
    copyType(graph, unit.weight, output)
    graph.setInput(copies.get(unit.node.name)!, 1, output)
  }
  // Weights and biases that a search replaced.
  removeUnreadConstants(graph)
  graph.sort()
  result.functions = [...result.functions, CALIBRATION_FUNCTION]
  return result
}

/** Undo `insertCalibration`: the optimized model and what calibration decided. */
export function readCalibration(model: Model): { model: Model; calibration: Calibration } {
  const result = cloneModel(model)
  const { graph } = result
  const thresholds = new Map<string, number>()
  const levels = new Map<string, Levels>()
  const weights = new Map<string, Float32Array>()
  for (const node of graph.nodes) {
    if (node.domain !== HORIZON_DOMAIN || node.opType !== CALIBRATION_OP) continue
    const tensor = node.inputs[0]
    const values = node.floats('thresholds')!
    if (node.int('axis', -1) >= 0) {
      for (const reader of graph.consumers(node.outputs[0])) weights.set(reader.name, Float32Array.from(values))
    } else {
      thresholds.set(tensor, values[0])
      levels.set(tensor, node.float('levels', 127))
    }
    graph.replaceUses(node.outputs[0], tensor)
    graph.removeNode(node)
  }
  result.functions = result.functions.filter((definition) => definition.name !== CALIBRATION_OP)
  return { model: result, calibration: { thresholds, levels, weights } }
}

function copyType(graph: Graph, from: string, to: string): void {
  const type = graph.type(from)
  if (type) graph.types.set(to, { dtype: type.dtype, shape: type.shape })
}

/** Where each quantized tensor is read as a quantized activation: by units that are not fused into their producer. */
export function activationReaders(graph: Graph, plan: QuantizationPlan): Map<string, { reader: Node; port: number }[]> {
  const readers = new Map<string, { reader: Node; port: number }[]>()
  for (const node of plan.units) {
    if (plan.fused.has(node)) continue
    for (const port of quantizedPorts(graph, node)) {
      const tensor = node.inputs[port]
      if (!plan.quantizers.has(tensor)) continue
      const list = readers.get(tensor)
      if (list) list.push({ reader: node, port })
      else readers.set(tensor, [{ reader: node, port }])
    }
  }
  return readers
}
