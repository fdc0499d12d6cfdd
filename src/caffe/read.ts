/** prototxt and caffemodel -> Model at the internal opset: from here on nothing knows of Caffe. */
import type { Graph } from '../ir/graph.ts'
import { type Model, modelOf } from '../ir/model.ts'
import { verifyGraph } from '../ir/verify.ts'
import { readCaffemodel } from './caffemodel/read.ts'
import { prototxtText, refuseOtherModels } from './file-text.ts'
import { assembleGraph } from './net/assemble.ts'
import { netDefinition } from './net/definition.ts'
import { netInputs } from './net/inputs.ts'
import { withoutLabels } from './net/labels.ts'
import { testLayers } from './net/phase.ts'
import { listed, WeightStore } from './net/weights.ts'
import { parsePrototxt } from './prototxt/parse.ts'
import { TextSource } from './prototxt/source.ts'

export interface CaffeFiles {
  /** File name and bytes of the prototxt. */
  prototxt: { file: string; bytes: Uint8Array }
  /** File name and bytes of the caffemodel; weights become views on them. */
  caffemodel: { file: string; bytes: Uint8Array }
}

export interface CaffeOptions {
  /** The shape the user gives an input; undefined leaves it to the prototxt. */
  shapeOf(name: string, index: number): readonly number[] | undefined
  /** What was left out or chosen. */
  info(message: string): void
  /** What is odd but harmless. */
  warn(message: string): void
}

/** Read the TEST net. All shapes are known. Throws ReadError with the place in the prototxt. */
export function readCaffe({ prototxt, caffemodel }: CaffeFiles, options: CaffeOptions): Model {
  const source = new TextSource(prototxt.file, prototxtText(prototxt.bytes, prototxt.file))
  const { info, warn } = options
  const definition = netDefinition(parsePrototxt(source), source, warn)
  refuseOtherModels(caffemodel.bytes, caffemodel.file)
  const weights = new WeightStore(readCaffemodel(caffemodel.bytes, caffemodel.file), caffemodel.file)
  const test = testLayers(definition)
  const inputs = netInputs(definition, test, source, weights, options)
  const layers = withoutLabels(test, source, info)
  const graph = assembleGraph({ name: definition.name, inputs, layers, source, weights, warn })
  const unused = weights.unused()
  const partly = weights.partlyUsed()
  if (partly.length > 0) info(`the caffemodel has more blobs than the prototxt uses for: ${listed(partly)}`)
  if (unused.length > 0) info(`the caffemodel has weights of layers that the net has not: ${listed(unused)}`)
  verifyGraph(graph)
  return named(graph)
}

function named(graph: Graph): Model {
  const model = modelOf(graph)
  return { ...model, origin: { ...model.origin, producer: 'Caffe' } }
}
