/**
 * A caffemodel for a prototxt whose weights are not at hand: He-scaled weights, and the BatchNorm statistics of a forward pass, so
 * that every blob keeps the size real networks have. Comparing blobs then says something; with plain random weights they die out.
 */
import { type LayerDefinition, netDefinition } from '../../src/caffe/net/definition.ts'
import { assembleGraph } from '../../src/caffe/net/assemble.ts'
import { netInputs } from '../../src/caffe/net/inputs.ts'
import { withoutLabels } from '../../src/caffe/net/labels.ts'
import { testLayers } from '../../src/caffe/net/phase.ts'
import { WeightStore } from '../../src/caffe/net/weights.ts'
import { TextMessage } from '../../src/caffe/prototxt/message.ts'
import { parsePrototxt } from '../../src/caffe/prototxt/parse.ts'
import { TextSource } from '../../src/caffe/prototxt/source.ts'
import type { Graph } from '../../src/ir/graph.ts'
import { modelOf } from '../../src/ir/model.ts'
import { elementCount, Tensor } from '../../src/ir/tensor.ts'
import type { WrittenBlob, WrittenLayer } from './caffemodel.ts'
import { runAt } from './quantized-network.ts'
import { generator } from './random.ts'

/** Samples of the forward pass: a map of 1 x 1 has no variance in one. */
const SAMPLES = 4
/** Caffe keeps sums; any factor does. */
const FACTOR = 999.98

/** Layers with their blobs, as `caffemodelBytes` takes them. The input of the forward pass is normal noise of deviation 1. */
export async function inventWeights(prototxt: string, seed = 1): Promise<WrittenLayer[]> {
  const source = new TextSource('net.prototxt', prototxt)
  const ignore = (): void => {}
  const definition = netDefinition(parsePrototxt(source), source, ignore)
  const weights = new InventedWeights(seed)
  const layers = testLayers(definition)
  const told = { shapeOf: () => undefined, info: ignore }
  const inputs = netInputs(definition, layers, source, weights, told).map((input) => ({
    ...input,
    shape: [SAMPLES, ...input.shape.slice(1)],
  }))
  const kept = withoutLabels(layers, source, ignore).map(withOwnStatistics)
  const graph = assembleGraph({ name: '', inputs, layers: kept, source, weights, warn: ignore })
  const statistics = await measure(graph, kept, seed)
  return kept.map(({ name, type }) => ({ name, type, blobs: statistics.get(name) ?? weights.made.get(name) ?? [] }))
}

/** Makes the blobs that layers ask for. */
class InventedWeights extends WeightStore {
  readonly made = new Map<string, WrittenBlob[]>()
  readonly #normal: () => number

  constructor(seed: number) {
    super([], '')
    this.#normal = normals(seed)
  }

  override take({ name, type }: LayerDefinition, index: number, _what: string, shape: readonly number[]): Tensor {
    const [centre, spread] = distribution(type, index, shape)
    const values = Float32Array.from({ length: elementCount(shape) }, () => centre + spread * this.#normal())
    const blobs = this.made.get(name) ?? []
    blobs[index] = { shape, values }
    this.made.set(name, blobs)
    return Tensor.float32(shape, values)
  }

  override refuseMistakes(): void {}
}

/** Mean and deviation of a blob's values; He et al. for what sums over a fan of inputs. */
function distribution(type: string, index: number, shape: readonly number[]): [centre: number, spread: number] {
  if (type === 'Scale') return [1, 0.2]
  if (type === 'PReLU') return [0.25, 0.1]
  return index === 0 && shape.length > 1 ? [0, Math.sqrt(2 / elementCount(shape.slice(1)))] : [0, 0.2]
}

/** Standard normal numbers (Box and Muller). */
function normals(seed: number): () => number {
  const next = generator(seed)
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
}

/** BatchNorm that divides by statistics of its input, so that they can be read off. */
function withOwnStatistics(layer: LayerDefinition): LayerDefinition {
  if (layer.type !== 'BatchNorm') return layer
  const { at } = layer
  const own = { name: 'use_global_stats', at, value: { kind: 'word', text: 'false', at } } as const
  const written = layer.message.all('batch_norm_param')[0]?.value
  const fields = written instanceof TextMessage ? written.fields.filter(({ name }) => name !== own.name) : []
  const value = new TextMessage([...fields, own], at)
  const others = layer.message.fields.filter(({ name }) => name !== 'batch_norm_param')
  return { ...layer, message: new TextMessage([...others, { name: 'batch_norm_param', at, value }], at) }
}

async function measure(
  graph: Graph,
  layers: readonly LayerDefinition[],
  seed: number,
): Promise<Map<string, WrittenBlob[]>> {
  const normal = normals(seed + 1)
  const feeds = new Map(
    graph.inputs.map(({ name }) => {
      const shape = graph.shape(name)!
      return [name, Tensor.float32(shape, Float32Array.from({ length: elementCount(shape) }, normal))]
    }),
  )
  const norms = layers.filter(({ type }) => type === 'BatchNorm')
  const values = norms.flatMap(({ name }) => [`${name}_mean`, `${name}_variance`])
  graph.outputs = values.map((name) => ({ name, ...graph.type(name)! }))
  const results = norms.length === 0 ? new Map<string, Tensor>() : await runAt(modelOf(graph), 'basic', feeds)
  return new Map(
    norms.map(({ name }) => {
      const sums = [`${name}_mean`, `${name}_variance`].map((value) =>
        results
          .get(value)!
          .floats()
          .map((one) => one * FACTOR),
      )
      return [name, [...sums.map((values) => ({ shape: [values.length], values })), { shape: [1], values: [FACTOR] }]]
    }),
  )
}
