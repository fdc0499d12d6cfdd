/** Layers of a net -> IR graph, one after the other as Caffe runs them, shapes known on the way. */
import { Graph } from '../../ir/graph.ts'
import { int } from '../../ir/node.ts'
import { dtypeNumber } from '../../onnx/dtypes.ts'
import type { NetContext, Value } from '../layers/context.ts'
import type { TextSource } from '../prototxt/source.ts'
import { nearestName } from '../../text/nearest-name.ts'
import { convertLayer } from './convert-layer.ts'
import type { LayerDefinition } from './definition.ts'
import type { NetInput } from './inputs.ts'
import { bringsData, isSink } from './kinds.ts'
import { Names } from './names.ts'
import type { WeightStore } from './weights.ts'

/** The parts of a net that `assembleGraph` puts together. */
export interface NetParts {
  name: string
  inputs: readonly NetInput[]
  /** Layers of the TEST phase without those that need labels. */
  layers: readonly LayerDefinition[]
  source: TextSource
  weights: WeightStore
  warn(message: string): void
}

/**
 * Convert the layers. A blob written again (in place or not) becomes a new value, and the last one gets the blob's name. Outputs
 * are the blobs nobody reads. Throws ReadError at the place of the layer at fault.
 */
export function assembleGraph({ name, inputs, layers, source, weights, warn }: NetParts): Graph {
  const blobs = [...inputs.map((input) => input.name), ...layers.flatMap(({ tops }) => tops)]
  const graph = new Graph(
    name === '' ? 'caffe' : name,
    inputs.map((input) => ({ name: input.name, dtype: 'float32', shape: input.shape })),
  )
  const net: NetContext = { source, graph, weights, warn, names: new Names(blobs) }
  const current = new Map<string, Value>(inputs.map((input) => [input.name, input]))
  const unread = new Set<string>()
  for (const layer of layers) {
    if (bringsData(layer)) continue
    const bottoms = layer.bottoms.map((bottom) => {
      const value = asFloat(net, current.get(bottom) ?? refuseBottom(layer, bottom, layers, source))
      current.set(bottom, value)
      return value
    })
    for (const bottom of layer.bottoms) unread.delete(bottom)
    if (isSink(layer)) continue
    const values = convertLayer(net, layer, bottoms)
    for (const [i, top] of layer.tops.entries()) {
      current.set(top, values[i])
      unread.delete(top)
      unread.add(top)
    }
  }
  weights.refuseMistakes()
  nameAfterBlobs(graph, current)
  addOutputs(net, [...unread], current)
  removeUnreadInputs(graph, warn)
  return graph
}

/** Blobs of Caffe are floats. Places that ArgMax finds are integers here, unless a layer reads them. */
function asFloat({ graph, names }: NetContext, value: Value): Value {
  if (graph.type(value.name)?.dtype !== 'int64') return value
  const name = names.value(`${value.name}_float`)
  const attributes = { to: int(dtypeNumber('float32')) }
  graph.addNode({ name: names.node(name), opType: 'Cast', inputs: [value.name], outputs: [name], attributes })
  graph.types.set(name, { dtype: 'float32', shape: value.shape })
  return { name, shape: value.shape }
}

function refuseBottom(
  layer: LayerDefinition,
  bottom: string,
  layers: readonly LayerDefinition[],
  source: TextSource,
): never {
  const at = layer.message.all('bottom').find(({ value }) => value.kind === 'string' && value.text === bottom)?.at
  const later = layers.find(({ tops }) => tops.includes(bottom))
  const known = layers.slice(0, layers.indexOf(layer)).flatMap(({ tops }) => tops)
  const near = nearestName(bottom, known)
  const what = `layer '${layer.name}' (${layer.type}) reads '${bottom}', which no layer before it computes`
  throw source.error('READ_CAFFE_BOTTOM', what, at ?? layer.at, {
    fix: later
      ? `'${later.name}' in line ${source.line(later.at)} computes it: Caffe runs layers in the order of the file, and a net has no cycles`
      : near === undefined
        ? 'correct the name, or add the layer or the input that gives it'
        : `did you mean '${near}'?`,
  })
}

/** Values behind the blobs as they are at the end get the blobs' names. */
function nameAfterBlobs(graph: Graph, current: Map<string, Value>): void {
  const renamed = new Map<string, string>()
  for (const [blob, { name, shape }] of current) {
    if (name === blob || graph.isInput(blob) || graph.isInput(name) || renamed.has(name)) continue
    renamed.set(name, blob)
    const type = graph.types.get(name)!
    graph.types.delete(name)
    graph.types.set(blob, type)
    current.set(blob, { name: blob, shape })
  }
  for (const [blob, value] of current) current.set(blob, { ...value, name: renamed.get(value.name) ?? value.name })
  for (const node of graph.nodes) {
    graph.setInputs(
      node,
      node.inputs.map((value) => renamed.get(value) ?? value),
    )
    for (const [i, output] of node.outputs.entries()) graph.setOutput(node, i, renamed.get(output) ?? output)
  }
}

/** A blob that shares its value with another one, or with an input, needs an output of its own. */
function addOutputs(
  { graph, names, source, warn }: NetContext,
  unread: readonly string[],
  current: ReadonlyMap<string, Value>,
): void {
  for (const blob of unread) {
    const { name, shape } = current.get(blob)!
    if (graph.isInput(blob)) warn(`the output '${blob}' has the name of an input: it is called '${name}' instead`)
    const output = graph.isInput(blob) ? name : blob
    if (output !== name) {
      graph.addNode({ name: names.node(`${output}_output`), opType: 'Identity', inputs: [name], outputs: [output] })
    }
    graph.outputs.push({ name: output, dtype: graph.type(name)?.dtype ?? 'float32', shape })
  }
  if (graph.outputs.length === 0) {
    throw source.error('READ_CAFFE_OUTPUT', 'the net computes nothing that is not read again', 0, {
      fix: 'the layers that compute the result are missing, or are part of the TRAIN phase alone',
    })
  }
}

function removeUnreadInputs(graph: Graph, warn: (message: string) => void): void {
  const read = graph.inputs.filter(({ name }) => graph.consumers(name).length > 0)
  for (const { name } of graph.inputs.filter((input) => !read.includes(input)))
    warn(`nothing reads the input '${name}'; it is left out`)
  graph.inputs = read
}
