/** Node by node: the float model at `basic` against the quantized model at `all`, on one sample. */
import { bytesOf, groupsBelow } from '../calibrate/observe.ts'
import { cosine, type Distances, distances, outputSimilarity, signalToNoise } from '../calibrate/similarity.ts'
import type { Engine, OptimizationLevel } from '../engine.ts'
import type { Model } from '../ir/model.ts'
import type { Node } from '../ir/node.ts'
import { cloneModel } from '../ir/model.ts'
import type { Tensor } from '../ir/tensor.ts'
import type { QuantizationPlan } from '../quantize/plan.ts'

/**
 * Values are fetched in batches of an eighth of all, or of so many bytes: a session holds all its outputs at once, those of a megapixel
 * network would not fit in memory.
 */
const BATCHES = 8
const LEAST_BATCH = 32 * 2 ** 20

export interface NodeComparison {
  node: Node
  /** Value compared: the node's output behind its fused activation. */
  tensor: string
  /** undefined where the value does not exist in the quantized model. */
  cosine: number | undefined
  /** Signal to quantization noise in dB; infinite where both are equal, undefined like `cosine`. */
  sqnr: number | undefined
}

export interface OutputComparison extends Distances {
  name: string
  /** Cosine for float outputs, share of equal values for integer ones. */
  similarity: number
  integer: boolean
}

export interface Comparison {
  nodes: NodeComparison[]
  outputs: OutputComparison[]
}

/**
 * Compare the two models on one sample.
 *
 * @param optimized the model that was quantized, with the graph that `plan` refers to
 * @param reference the float model: the same nodes, without the corrections that calibration put into biases
 * @param leastBatch bytes of values that are fetched together at least
 */
export async function compareModels(
  engine: Engine,
  optimized: Model,
  reference: Model,
  plan: QuantizationPlan,
  quantized: Model,
  floatFeeds: ReadonlyMap<string, Tensor>,
  quantizedFeeds: ReadonlyMap<string, Tensor>,
  leastBatch = LEAST_BATCH,
): Promise<Comparison> {
  const nodes = comparableNodes(optimized, plan)
  const sources = new Map<string, ValueSource>()
  for (const { tensor } of nodes) {
    const source = locate(quantized, plan, tensor)
    if (source) sources.set(tensor, source)
  }
  const likeness = new Map<string, { cosine: number; sqnr: number }>()
  const outputs: OutputComparison[] = []
  const tensors = [...sources.keys()]
  const outputNames = optimized.graph.outputs.map((info) => info.name)
  for (const batch of batches(optimized, tensors, leastBatch)) {
    const values = [...new Set(batch.map((tensor) => sources.get(tensor)!.value))]
    const expected = await runOnce(engine, withExtraOutputs(reference, batch), 'basic', floatFeeds, batch)
    const actual = await runOnce(engine, withExtraOutputs(quantized, values), 'all', quantizedFeeds, values)
    for (const tensor of batch) {
      const source = sources.get(tensor)!
      const float = expected.get(tensor)!.floats()
      const integer = source.read(actual.get(source.value)!)
      likeness.set(tensor, { cosine: cosine(float, integer), sqnr: signalToNoise(float, integer) })
    }
  }
  const expected = await runOnce(engine, reference, 'basic', floatFeeds, outputNames)
  const actual = await runOnce(engine, quantized, 'all', quantizedFeeds, outputNames)
  for (const name of outputNames) outputs.push(compareOutput(name, expected.get(name)!, actual.get(name)!))
  const none = { cosine: undefined, sqnr: undefined }
  return { nodes: nodes.map((entry) => ({ ...entry, ...(likeness.get(entry.tensor) ?? none) })), outputs }
}

/** Run a model once. */
async function runOnce(
  engine: Engine,
  model: Model,
  level: OptimizationLevel,
  feeds: ReadonlyMap<string, Tensor>,
  values: readonly string[],
): Promise<Map<string, Tensor>> {
  const session = await engine.open(model, level)
  try {
    return await session.run(feeds, values)
  } finally {
    await session.release()
  }
}

function compareOutput(name: string, expected: Tensor, actual: Tensor): OutputComparison {
  const figures = distances(expected.numbers(), actual.numbers())
  const integer = expected.dtype !== 'float32'
  return { name, ...figures, similarity: outputSimilarity(expected, actual), integer }
}

/** Rows of the table: every node but fused activations, with the value behind the activation. */
export function comparableNodes(optimized: Model, plan: QuantizationPlan): { node: Node; tensor: string }[] {
  const activationOf = new Map([...plan.fused].map(([activation, producer]) => [producer, activation]))
  return optimized.graph
    .sorted()
    .filter((node) => !plan.fused.has(node))
    .map((node) => ({ node, tensor: (activationOf.get(node) ?? node).outputs[0] }))
}

interface ValueSource {
  /** Value to fetch from the quantized model. */
  value: string
  /** Its content as float values. */
  read(tensor: Tensor): ArrayLike<number>
}

/** Where a float tensor lives in the quantized model: as integer codes, or as itself. */
function locate(quantized: Model, plan: QuantizationPlan, tensor: string): ValueSource | undefined {
  const { graph } = quantized
  const quantizer = plan.quantizers.get(tensor)
  const quantize = graph.producer(`${tensor}_quantized`)
  if (quantizer && quantize?.is('QuantizeLinear')) {
    const scale = graph.constant(quantize.inputs[1])!.floats()[0]
    const zeroPoint = graph.constant(quantize.inputs[2])!.numbers()[0]
    const clip = graph.consumers(quantize.outputs[0]).find((reader) => reader.is('Clip'))
    return {
      value: (clip ?? quantize).outputs[0],
      read: (codes) => dequantized(codes.data as Uint8Array | Int8Array | Int16Array, zeroPoint, scale),
    }
  }
  if (graph.type(tensor)?.dtype !== 'float32' || !graph.producer(tensor)) return undefined
  return { value: tensor, read: (values) => values.floats() }
}

function dequantized(codes: Uint8Array | Int8Array | Int16Array, zeroPoint: number, scale: number): Float32Array {
  const values = new Float32Array(codes.length)
  for (let i = 0; i < codes.length; i++) values[i] = (codes[i] - zeroPoint) * scale
  return values
}

function withExtraOutputs(model: Model, values: readonly string[]): Model {
  const copy = cloneModel(model)
  for (const name of new Set(values)) {
    if (copy.graph.isOutput(name)) continue
    const type = model.graph.type(name)!
    copy.graph.outputs.push({ name, dtype: type.dtype, shape: type.shape })
  }
  return copy
}

function batches(model: Model, tensors: readonly string[], least: number): string[][] {
  const all = tensors.reduce((sum, tensor) => sum + bytesOf(model, tensor), 0)
  return groupsBelow(tensors, (tensor) => bytesOf(model, tensor), Math.max(least, all / BATCHES))
}
