/** Inputs of a net and their shapes: declared at its head, by Input layers, or in place of layers that read training data. */
import { elementCount } from '../../ir/tensor.ts'
import { longs, messages, readFields, SHAPE_FIELDS, uint, type Values } from '../prototxt/fields.ts'
import { TextMessage } from '../prototxt/message.ts'
import type { TextSource } from '../prototxt/source.ts'
import type { LayerDefinition, NetDefinition } from './definition.ts'
import { bringsData } from './kinds.ts'
import { MAX_ELEMENTS } from './limits.ts'
import type { WeightStore } from './weights.ts'

export interface NetInput {
  name: string
  shape: readonly number[]
}

export interface InputOptions {
  /** The shape the user gives an input; undefined leaves it to the prototxt. */
  shapeOf(name: string, index: number): readonly number[] | undefined
  info(message: string): void
}

/** An input before its shape is settled. */
interface Declared {
  name: string
  at: number
  shape: readonly number[] | undefined
  /** Height and width, where the layer says no more. */
  crop: number | undefined
}

/** Fields of every message of a data layer that say something of the shape. */
const DATA_FIELDS = {
  shape: messages(SHAPE_FIELDS),
  num: longs(),
  batch_size: uint(),
  channels: longs(),
  height: longs(),
  width: longs(),
  crop_size: uint(),
}

/** Blobs that hold labels: what a layer that reads training data gives beside the picture. */
export function labelBlobs(layers: readonly LayerDefinition[]): string[] {
  return layers.filter(readsTrainingData).flatMap(({ tops }) => tops.slice(1))
}

function readsTrainingData(layer: LayerDefinition): boolean {
  return bringsData(layer) && layer.type !== 'Input'
}

/**
 * The inputs in the order of the file. Throws ReadError where a shape is neither given nor told by the file, and for
 * impossible ones.
 */
export function netInputs(
  net: NetDefinition,
  layers: readonly LayerDefinition[],
  source: TextSource,
  weights: WeightStore,
  { shapeOf, info }: InputOptions,
): NetInput[] {
  const declared: Declared[] = [
    ...net.inputs.map((input) => ({ ...input, crop: undefined })),
    ...layers.filter(bringsData).flatMap((layer) => layerInputs(layer, source)),
  ]
  if (declared.length === 0) {
    throw source.error('READ_CAFFE_INPUT', 'the net has no input in the TEST phase', 0, {
      fix: 'add   layer { name: "data" type: "Input" top: "data" input_param { shape { dim: [1, 3, 224, 224] } } }',
    })
  }
  for (const { name, type, tops } of layers.filter(readsTrainingData)) {
    info(`layer '${name}' (${type}) reads training data: its top '${tops[0]}' becomes an input of the model`)
  }
  return declared.map((input, i) => {
    const { name } = input
    const given = shapeOf(name, i)
    const shape = given ?? oneSample(input, shapeInFile(input, layers, source, weights), info)
    if (!shape.every((dim) => Number.isSafeInteger(dim) && dim > 0) || elementCount(shape) > MAX_ELEMENTS) {
      throw source.error(
        'READ_CAFFE_INPUT',
        `the shape ${shape.join('x')} of input '${name}' is impossible`,
        input.at,
        {
          fix: `give whole numbers of at least 1: ${howToGive(name)}`,
        },
      )
    }
    return { name, shape }
  })
}

const howToGive = (name: string, shape = '1x3x224x224'): string =>
  `--input-shape ${name} ${shape}   or in the YAML   input_shape: ${shape}`

function layerInputs(layer: LayerDefinition, source: TextSource): Declared[] {
  const { type, name, tops, at } = layer
  if (tops.length === 0) {
    throw source.error('READ_CAFFE_INPUT', `layer '${name}' (${type}) names no top`, at, { fix: 'add top: "data"' })
  }
  const values = layer.message.fields
    .map(({ value }) => value)
    .filter((value) => value instanceof TextMessage)
    .map((message) => readFields(message, DATA_FIELDS, source, () => {}))
  const shapes = values.flatMap(({ shape }) => shape.map(({ dim }) => dim))
  if (type !== 'Input') {
    const shape = shapes[0] ?? values.map(fourNumbers).find((dims) => dims !== undefined)
    const crop = values.find(({ crop_size: size }) => size !== undefined && size > 0)?.crop_size
    return [{ name: tops[0], at, shape, crop }]
  }
  if (shapes.length > 1 && shapes.length !== tops.length) {
    throw source.error(
      'READ_CAFFE_INPUT',
      `layer '${name}' has ${tops.length} top(s), but ${shapes.length} shapes`,
      at,
      {
        fix: 'give one shape per top, or one for all',
      },
    )
  }
  return tops.map((top, i) => ({ name: top, at, shape: shapes[i] ?? shapes[0], crop: undefined }))
}

/** MemoryData and old DummyData. */
function fourNumbers({
  num,
  batch_size: batch,
  channels,
  height,
  width,
}: Values<typeof DATA_FIELDS>): number[] | undefined {
  const dims = [batch ?? num[0] ?? 1, channels[0], height[0], width[0]]
  return dims.every((dim) => dim !== undefined) ? dims : undefined
}

function shapeInFile(
  { name, at, shape, crop }: Declared,
  layers: readonly LayerDefinition[],
  source: TextSource,
  weights: WeightStore,
): readonly number[] {
  if (shape && shape.length > 0) return shape
  if (crop !== undefined) return [1, channelsFromWeights(name, layers, weights) ?? 3, crop, crop]
  throw source.error(
    'READ_CAFFE_INPUT',
    `The shape of model input:${name} is not in the prototxt. Please specify input-shape parameter.`,
    at,
    { fix: howToGive(name, `1x${channelsFromWeights(name, layers, weights) ?? 3}x224x224`) },
  )
}

/** Channels the first convolution of an input was trained with. */
function channelsFromWeights(
  input: string,
  layers: readonly LayerDefinition[],
  weights: WeightStore,
): number | undefined {
  const reader = layers.find(({ type, bottoms }) => type === 'Convolution' && bottoms.includes(input))
  const shape = reader && weights.blobs(reader.name)[0]?.tensor.shape
  return shape?.length === 4 ? shape[1] : undefined
}

/** Deploy files carry the batch size of someone's training; an accelerator takes one sample. */
function oneSample({ name }: Declared, shape: readonly number[], info: InputOptions['info']): readonly number[] {
  if (shape.length < 2 || shape[0] === 1) return shape
  const one = [1, ...shape.slice(1)]
  info(`input '${name}' is ${shape.join('x')} in the prototxt; one sample is taken: ${one.join('x')}`)
  return one
}
