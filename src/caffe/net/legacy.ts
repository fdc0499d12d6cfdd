/** `layers { }` of old files (V1, and the still older V0 inside it) -> a layer as today's files write it. */
import { suggestion } from '../../text/nearest-name.ts'
import { type TextField, TextMessage, type TextScalar } from '../prototxt/message.ts'
import type { TextSource } from '../prototxt/source.ts'

/** V1LayerParameter.LayerType: number and today's name. */
const V1_TYPES: Readonly<Record<string, readonly [number, string]>> = {
  ABSVAL: [35, 'AbsVal'],
  ACCURACY: [1, 'Accuracy'],
  ARGMAX: [30, 'ArgMax'],
  BNLL: [2, 'BNLL'],
  CONCAT: [3, 'Concat'],
  CONTRASTIVE_LOSS: [37, 'ContrastiveLoss'],
  CONVOLUTION: [4, 'Convolution'],
  DATA: [5, 'Data'],
  DECONVOLUTION: [39, 'Deconvolution'],
  DROPOUT: [6, 'Dropout'],
  DUMMY_DATA: [32, 'DummyData'],
  ELTWISE: [25, 'Eltwise'],
  EUCLIDEAN_LOSS: [7, 'EuclideanLoss'],
  EXP: [38, 'Exp'],
  FLATTEN: [8, 'Flatten'],
  HDF5_DATA: [9, 'HDF5Data'],
  HDF5_OUTPUT: [10, 'HDF5Output'],
  HINGE_LOSS: [28, 'HingeLoss'],
  IM2COL: [11, 'Im2col'],
  IMAGE_DATA: [12, 'ImageData'],
  INFOGAIN_LOSS: [13, 'InfogainLoss'],
  INNER_PRODUCT: [14, 'InnerProduct'],
  LRN: [15, 'LRN'],
  MEMORY_DATA: [29, 'MemoryData'],
  MULTINOMIAL_LOGISTIC_LOSS: [16, 'MultinomialLogisticLoss'],
  MVN: [34, 'MVN'],
  POOLING: [17, 'Pooling'],
  POWER: [26, 'Power'],
  RELU: [18, 'ReLU'],
  SIGMOID: [19, 'Sigmoid'],
  SIGMOID_CROSS_ENTROPY_LOSS: [27, 'SigmoidCrossEntropyLoss'],
  SILENCE: [36, 'Silence'],
  SLICE: [33, 'Slice'],
  SOFTMAX: [20, 'Softmax'],
  SOFTMAX_LOSS: [21, 'SoftmaxWithLoss'],
  SPLIT: [22, 'Split'],
  TANH: [23, 'TanH'],
  THRESHOLD: [31, 'Threshold'],
  WINDOW_DATA: [24, 'WindowData'],
}

/** V0 types: today's name and the message its flat fields belong to. */
const V0_TYPES: Readonly<Record<string, readonly [type: string, parameter: string]>> = {
  accuracy: ['Accuracy', 'accuracy_param'],
  bnll: ['BNLL', ''],
  concat: ['Concat', 'concat_param'],
  conv: ['Convolution', 'convolution_param'],
  data: ['Data', 'transform_param'],
  dropout: ['Dropout', 'dropout_param'],
  euclidean_loss: ['EuclideanLoss', ''],
  flatten: ['Flatten', ''],
  hdf5_data: ['HDF5Data', 'transform_param'],
  hdf5_output: ['HDF5Output', ''],
  images: ['ImageData', 'transform_param'],
  infogain_loss: ['InfogainLoss', ''],
  innerproduct: ['InnerProduct', 'inner_product_param'],
  lrn: ['LRN', 'lrn_param'],
  multinomial_logistic_loss: ['MultinomialLogisticLoss', ''],
  pool: ['Pooling', 'pooling_param'],
  relu: ['ReLU', ''],
  sigmoid: ['Sigmoid', ''],
  softmax: ['Softmax', ''],
  softmax_loss: ['SoftmaxWithLoss', ''],
  split: ['Split', ''],
  tanh: ['TanH', ''],
  window_data: ['WindowData', 'transform_param'],
}

/** V0 fields with another name today, and those that shape the result under the same name. */
const V0_FIELDS: Readonly<Record<string, string>> = {
  num_output: 'num_output',
  biasterm: 'bias_term',
  pad: 'pad',
  kernelsize: 'kernel_size',
  group: 'group',
  stride: 'stride',
  pool: 'pool',
  dropout_ratio: 'dropout_ratio',
  local_size: 'local_size',
  alpha: 'alpha',
  beta: 'beta',
  k: 'k',
  cropsize: 'crop_size',
  concat_dim: 'concat_dim',
}

/** A layer with `name`, a quoted `type` and its parameters in messages. Throws ReadError for types that never were. */
export function upgradeLayer(layer: TextMessage, source: TextSource): TextMessage {
  const inner = layer.fields.find(({ name, value }) => name === 'layer' && value.kind === 'message')?.value
  if (inner instanceof TextMessage) return upgradeV0(layer, inner, source)
  return new TextMessage(
    layer.fields.map((field) => (field.name === 'type' ? { ...field, value: typeName(field, source) } : field)),
    layer.at,
  )
}

/** An enum value becomes the name it stands for; quoted names stay. */
function typeName({ value }: TextField, source: TextSource): TextField['value'] {
  if (value.kind !== 'word' && value.kind !== 'number') return value
  const known = Object.entries(V1_TYPES)
  const type = known.find(([name, [number]]) => name === value.text || String(number) === value.text)?.[1][1]
  if (type !== undefined) return { kind: 'string', text: type, at: value.at }
  throw source.error('READ_PROTOTXT_VALUE', `no layer type is called ${value.text}`, value.at, {
    fix: `${suggestion(value.text, Object.keys(V1_TYPES))}; types of today's files stand in quotes`,
  })
}

function upgradeV0(layer: TextMessage, inner: TextMessage, source: TextSource): TextMessage {
  const field = inner.all('type')[0]
  const given = field?.value.kind === 'string' ? field.value.text : ''
  const known = V0_TYPES[given]
  if (!known) {
    const pad = given === 'padding' ? 'set pad in the convolution that reads it and remove this layer' : undefined
    throw source.error('READ_PROTOTXT_VALUE', `no layer type of old files is called '${given}'`, (field ?? layer).at, {
      fix: pad ?? suggestion(given, Object.keys(V0_TYPES)),
    })
  }
  const [type, parameter] = known
  const { at } = inner
  const flat = inner.fields.flatMap((one) => {
    const name = V0_FIELDS[one.name]
    return name === undefined ? [] : [{ ...one, name }]
  })
  const typed: TextScalar = { kind: 'string', text: type, at: field.value.at }
  return new TextMessage(
    [
      ...inner.all('name'),
      { name: 'type', at: field.at, value: typed },
      ...(parameter === '' || flat.length === 0 ? [] : [{ name: parameter, at, value: new TextMessage(flat, at) }]),
      ...layer.fields.filter(({ name }) => name === 'bottom' || name === 'top'),
    ],
    layer.at,
  )
}
