/**
 * Rounding of weights by what it does to the output of their operator (round-layer.ts), layer by layer, each on the inputs that the
 * layers before it give, quantized and rounded.
 *
 * Weights of the calibrated model are float and unrounded, so the codes are kept in them: a rounded weight is s q, which rounds
 * to q again. Where the operator has a bias, that keeps the mean of each output where it is; only the variance of the error counts
 * then.
 */
import type { Engine } from '../engine.ts'
import type { Graph } from '../ir/graph.ts'
import { cloneModel, type Model } from '../ir/model.ts'
import { Tensor } from '../ir/tensor.ts'
import { withCleanup } from '../runners/runners.ts'
import { insertCalibration } from './calibrated.ts'
import { inputRows, type WeightMatrix, weightMatrix } from './input-rows.ts'
import { LiveSamples } from './live-samples.ts'
import type { WeightedUnit } from './plan.ts'
import { LONGEST_ROW, MOST_COLUMNS, roundLayer } from './round-layer.ts'
import type { LayerWalk } from './layer-walk.ts'
import { cutSegments } from './segments.ts'
import { dequantizeWeight, quantizeWeight, weightScales } from './weights.ts'

/** Input rows looked at for each column of a layer, and for a layer, all samples together. */
const ROWS_PER_COLUMN = 48
const LEAST_ROWS = 512
const MOST_ROWS = 4096
/** Larger weights are left as they are: they would take minutes. */
const MOST_WEIGHTS = 2 ** 22
/** With fewer rows errors seem to cancel that do not on other pictures: such a layer keeps the nearest codes. */
const LEAST_ROWS_PER_COLUMN = 2
/** More samples do not change the moments noticeably. */
const MOST_SAMPLES = 64

/** Weights of `model` may be rounded already. */
export interface WeightRoundingInput extends LayerWalk {
  /** For products of matrices. */
  engine: Engine
  memoryBytes: number
  /** Whether biases may make up for the mean of what rounding changes. */
  movesBiases: boolean
}

/** What rounding makes of one operator's constants. */
export interface RoundedLayer {
  weight: Tensor
  /** Undefined where it stays what it is. */
  bias: Tensor | undefined
}

/**
 * By node name; left out are very large weights, layers that meet too few inputs (behind a global average) and ConvTransposes, whose
 * outputs meet different parts of the weight.
 */
export type RoundedLayers = ReadonlyMap<string, RoundedLayer>

/** Round; nothing is changed. */
export async function roundWeights(input: WeightRoundingInput): Promise<RoundedLayers> {
  const { runners, plan, samples } = input
  const { model, inputs } = withFakeWeights(input)
  const { graph } = model
  const copies = new Map(graph.nodes.map((node) => [node.name, node]))
  const segments = cutSegments(graph, [...new Set(inputs.values())])
  const { memoryBytes, indices } = input
  const live = new LiveSamples(model, { runners, segments, samples, indices, memoryBytes, most: MOST_SAMPLES })
  const layers = new Map<string, RoundedLayer>()
  // A function of its own: what a layer met must not be held while the next segment runs.
  const roundBehind = async (k: number): Promise<void> => {
    const { end } = segments[k]
    const readers = plan.weighted.filter((unit) => inputs.get(unit) === end)
    const matrices = readers.flatMap((unit) => {
      const matrix = matrixToRound(input.model.graph, unit)
      return matrix ? [{ unit, matrix }] : []
    })
    const values = await live.run(k, { values: matrices.length > 0 ? [end] : [] })
    const activations = values.map((own) => own.get(end)!)
    for (const { unit, matrix } of matrices) {
      const layer = await roundedLayer(input, unit, matrix, activations)
      if (!layer) continue
      const { name } = unit.node
      layers.set(name, layer)
      const node = copies.get(name)!
      graph.setConstant(node.inputs[1], layer.weight)
      if (layer.bias) graph.setInput(node, 2, graph.setConstant(graph.freshName(`${name}_rounded_bias`), layer.bias))
    }
  }
  const walk = async (): Promise<void> => {
    for (const k of segments.keys()) await roundBehind(k)
  }
  await withCleanup(walk, () => live.release())
  return layers
}

/** A copy of the model with the constants of some layers rounded. */
export function applyRounding(model: Model, layers: RoundedLayers): Model {
  const result = cloneModel(model)
  const { graph } = result
  for (const node of graph.nodes) {
    const layer = layers.get(node.name)
    if (!layer) continue
    graph.setInput(node, 1, graph.setConstant(graph.freshName(`${node.name}_rounded_weight`), layer.weight))
    if (layer.bias) graph.setInput(node, 2, graph.setConstant(graph.freshName(`${node.name}_rounded_bias`), layer.bias))
  }
  return result
}

/** The weight as matrices; undefined where it is left as it is, whatever it meets. */
function matrixToRound(graph: Graph, unit: WeightedUnit): WeightMatrix | undefined {
  const matrix = weightMatrix(graph, unit)
  if (!matrix || matrix.columns > LONGEST_ROW || graph.constant(unit.weight)!.size > MOST_WEIGHTS) return undefined
  return matrix
}

async function roundedLayer(
  { engine, model, reference, calibration, movesBiases }: WeightRoundingInput,
  unit: WeightedUnit,
  matrix: WeightMatrix,
  activations: readonly Tensor[],
): Promise<RoundedLayer | undefined> {
  const { graph } = model
  const own = reference.graph.nodes.find((node) => node.name === unit.node.name)!
  const rows = inputRows(graph, unit.node, activations, rowCount(matrix.columns))
  if (rows.count < LEAST_ROWS_PER_COLUMN * Math.min(matrix.columns, MOST_COLUMNS)) return undefined
  const isCentred = movesBiases && !unit.node.is('MatMul')
  const { weight, shift } = await roundLayer({
    engine,
    matrix,
    rows,
    weight: reference.graph.constant(own.inputs[1])!,
    axis: unit.axis,
    present: graph.constant(unit.weight)!,
    thresholds: calibration.weights.get(unit.node.name)!,
    isCentred,
  })
  if (!isCentred) return { weight, bias: undefined }
  const before = unit.bias === undefined ? undefined : graph.constant(unit.bias)!
  const values = shift.map((value, o) => value + (before?.floats()[o] ?? 0))
  return { weight, bias: Tensor.float32(before?.shape ?? [values.length], values) }
}

function rowCount(columns: number): number {
  return Math.min(MOST_ROWS, Math.max(LEAST_ROWS, ROWS_PER_COLUMN * columns))
}

/** The calibrated graph with every weight as a constant of its own, fake-quantized; and the activation that each unit reads there. */
function withFakeWeights({ model: source, plan, calibration }: WeightRoundingInput): {
  model: Model
  inputs: Map<WeightedUnit, string>
} {
  const model = insertCalibration(source, { ...plan, weighted: [] }, calibration)
  const { graph } = model
  const copies = new Map(graph.nodes.map((node) => [node.name, node]))
  const inputs = new Map<WeightedUnit, string>()
  for (const unit of plan.weighted) {
    const node = copies.get(unit.node.name)!
    const scales = weightScales(calibration.weights.get(node.name)!)
    const codes = quantizeWeight(graph.constant(unit.weight)!, unit.axis, scales, 0)
    const fake = dequantizeWeight(codes, unit.axis, scales)
    graph.setInput(node, 1, graph.setConstant(graph.freshName(`${node.name}_weight`), fake))
    inputs.set(unit, node.inputs[0])
  }
  return { model, inputs }
}
