/** What a model file says, and what it leaves to guess, about its inputs; for `openmapper init`. */
import type { Layout, NormType, RuntimeType, TrainType } from '../config/types.ts'
import type { Graph } from '../ir/graph.ts'
import { type GraphNormalisation, graphNormalisation } from './graph-normalisation.ts'

/** A value, and why it is only a guess; `why` is undefined where the file says so. */
export interface Guess<T> {
  value: T
  why: string | undefined
}

export interface Normalisation {
  type: NormType
  mean?: string
  scale?: string
}

export interface InputGuess {
  name: string
  shape: Guess<readonly number[]>
  layout: Guess<Layout>
  typeTrain: Guess<TrainType>
  typeRt: Guess<RuntimeType>
  norm: Guess<Normalisation>
}

/** Side of a picture whose size the file leaves open: classifiers take 224, others halve it again and again. */
const CLASSIFIER_SIDE = 224
const OTHER_SIDE = 256

const CLASSIFIERS: readonly { classes: number; norm: Guess<Normalisation> }[] = [
  {
    classes: 1000,
    norm: {
      value: { type: 'data_mean_and_scale', mean: '123.675 116.28 103.53', scale: '0.01712475 0.017507 0.01742919' },
      why: 'a classifier of 1000 classes: the usual numbers of PyTorch for ImageNet',
    },
  },
  {
    classes: 1001,
    norm: {
      value: { type: 'data_mean_and_scale', mean: '127.5', scale: '0.00784313725' },
      why: 'a classifier of 1001 classes: the usual numbers of TensorFlow for ImageNet, pixels to -1..1',
    },
  },
]

/** Caffe reads pictures with OpenCV, and its ImageNet models subtract the mean colour alone. */
const CAFFE_CLASSIFIER: Guess<Normalisation> = {
  value: { type: 'data_mean', mean: '104 117 123' },
  why: 'a Caffe classifier: the usual mean colour of ImageNet in bgr; its transform_param or readme knows, also of a scale',
}

const UNIT_SCALE: Normalisation = { type: 'data_scale', scale: '0.003921568627451' }

/** One guess per input of the graph (read from a file of this kind, shapes possibly open). */
export function guessInputs(graph: Graph, kind: 'onnx' | 'caffe' = 'onnx'): InputGuess[] {
  return graph.inputs.map(({ name, shape: declared = [] }) => {
    const dims = declared.map((dim) => (typeof dim === 'number' && dim > 0 ? dim : undefined))
    const layout = guessLayout(dims)
    const channels = dims.length === 4 ? dims[layout.value === 'NCHW' ? 1 : 3] : undefined
    const isImage = channels === 1 || channels === 3
    const shape = guessShape(dims, layout.value, isImage ? sideOf(graph) : 1)
    const typeTrain = guessTrainType(channels, kind)
    return {
      name,
      shape,
      layout,
      typeTrain,
      typeRt: guessRuntimeType(typeTrain.value, shape.value, layout.value),
      norm: isImage ? guessNorm(graph, name, kind) : { value: { type: 'no_preprocess' }, why: undefined },
    }
  })
}

function guessLayout(dims: readonly (number | undefined)[]): Guess<Layout> {
  const isColour = (dim: number | undefined): boolean => dim === 1 || dim === 3
  if (dims.length !== 4) return { value: 'NCHW', why: undefined }
  if (isColour(dims[1])) return { value: 'NCHW', why: undefined }
  if (isColour(dims[3])) return { value: 'NHWC', why: undefined }
  return { value: 'NCHW', why: 'no dimension looks like colours; the layout of a featuremap changes nothing' }
}

function guessShape(dims: readonly (number | undefined)[], layout: Layout, side: number): Guess<readonly number[]> {
  const [height, width] = layout === 'NCHW' ? [2, 3] : [1, 2]
  const open = dims.flatMap((dim, axis) => (dim === undefined ? [axis] : []))
  const value = dims.map((dim, axis) => dim ?? (axis === height || axis === width ? side : 1))
  if (open.every((axis) => axis === 0))
    return { value, why: open.length > 0 ? 'the batch is open; 1 is usual' : undefined }
  return { value, why: `the file leaves dimension ${open.join(', ')} open; give the size of training` }
}

function sideOf(graph: Graph): number {
  return graph.outputs.every((output) => output.shape?.length === 2) ? CLASSIFIER_SIDE : OTHER_SIDE
}

function guessTrainType(channels: number | undefined, kind: 'onnx' | 'caffe'): Guess<TrainType> {
  if (channels === 3 && kind === 'caffe')
    return { value: 'bgr', why: 'Caffe reads pictures as bgr; ports of other nets may take rgb' }
  if (channels === 3)
    return { value: 'rgb', why: 'bgr looks the same in the file; what is built on OpenCV often trains on bgr' }
  if (channels === 1) return { value: 'gray', why: 'one channel' }
  return { value: 'featuremap', why: 'neither one nor three channels' }
}

function guessRuntimeType(type: TrainType, shape: readonly number[], layout: Layout): Guess<RuntimeType> {
  if (type === 'gray' || type === 'featuremap') return { value: type, why: undefined }
  const [height, width] = layout === 'NCHW' ? shape.slice(2) : shape.slice(1, 3)
  if (height % 2 !== 0 || width % 2 !== 0)
    return {
      value: type,
      why: 'what the model was trained with: nv12 and yuv444, as cameras give them, need an even size',
    }
  return { value: 'nv12', why: 'what a camera gives; for pictures from elsewhere: rgb, bgr or yuv444' }
}

function guessNorm(graph: Graph, input: string, kind: 'onnx' | 'caffe'): Guess<Normalisation> {
  const own = graphNormalisation(graph, input)
  if (own) return besideGraph(own)
  const [shape] = graph.outputs.length === 1 ? [graph.outputs[0].shape] : []
  // Caffe's classifiers may end in N x classes x 1 x 1
  if (kind === 'caffe' && shape?.[1] === 1000) return CAFFE_CLASSIFIER
  const classes = shape?.at(-1)
  for (const known of CLASSIFIERS) if (known.classes === classes) return known.norm
  return {
    value: UNIT_SCALE,
    why: 'pixels / 255 is common, others take 0..255 as they are (norm_type: no_preprocess); the training code knows',
  }
}

/** What is left to do where the graph normalises by itself. */
function besideGraph({ node, range }: GraphNormalisation): Guess<Normalisation> {
  const who = `node ${node.name} (${node.opType}) behind the input`
  if (range === 'unit') return { value: UNIT_SCALE, why: `${who} takes pixels 0..1` }
  const does =
    range === 'bytes' ? 'normalises pixels 0..255' : 'seems to normalise pixels 0..255; if not, set norm_type'
  return { value: { type: 'no_preprocess' }, why: `${who} ${does}` }
}
