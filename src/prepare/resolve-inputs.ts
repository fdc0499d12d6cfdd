/** The YAML's inputs against the model's: names, element types, shapes, channels, layouts. */
import type { InputConfig, Layout, ResolvedInput } from '../config/types.ts'
import { ConfigError } from '../errors.ts'
import type { Graph, ValueInfo } from '../ir/graph.ts'
import { channelCount } from './coefficients.ts'

/**
 * One resolved input per graph input, in graph order. YAML inputs are matched by name, those without a name by position.
 * The graph's input shapes must be fixed. Throws ConfigError naming the key to change.
 */
export function resolveInputs(graph: Graph, configs: readonly InputConfig[]): ResolvedInput[] {
  const names = graph.inputs.map((info) => info.name)
  checkNames(names, configs)
  return graph.inputs.map((info, i) => {
    const config = configs.find((candidate) => candidate.name === info.name) ?? configs[i]
    const input: ResolvedInput = { ...config, name: info.name, shape: graph.shape(info.name)! }
    checkElementType(graph, info, input)
    if (input.typeTrain !== 'featuremap') checkImage(input)
    checkNorm(input)
    return input
  })
}

function checkNames(names: readonly string[], configs: readonly InputConfig[]): void {
  const where = 'input_parameters.input_name'
  const seen = new Set<string>()
  for (const { name } of configs) {
    if (name === undefined) continue
    if (!names.includes(name)) {
      throw new ConfigError('CONFIG_INPUT_NAME', `the model has no input named '${name}'`, {
        where,
        fix: `use: ${names.join(';')}`,
      })
    }
    if (seen.has(name)) {
      throw new ConfigError('CONFIG_INPUT_TWICE', `input '${name}' is described twice`, {
        where,
        fix: `use each name once: ${names.join(';')}`,
      })
    }
    seen.add(name)
  }
  if (configs.length !== names.length) {
    throw new ConfigError(
      'CONFIG_INPUT_COUNT',
      `the model has ${names.length} input(s) (${names.join(', ')}), the YAML describes ${configs.length}`,
      { where, fix: 'give one value per input in every key, separated by ;' },
    )
  }
}

/** Images and featuremaps are float32. Integer pixels are accepted where the network only casts them: the cast falls away. */
function checkElementType(graph: Graph, { name, dtype }: ValueInfo, input: ResolvedInput): void {
  if (dtype === 'float32') return
  const cast = graph.consumers(name).every((reader) => reader.is('Cast'))
  if (input.typeTrain !== 'featuremap' && dtype === 'uint8' && cast) return
  throw new ConfigError('CONFIG_INPUT_DTYPE', `input '${name}' of the model holds ${dtype}, not float32`, {
    where: 'input_parameters.input_type_train',
    fix: 'export the model with float32 inputs, and with constants in place of inputs that are no images or featuremaps',
  })
}

const CHANNELS = { rgb: 3, bgr: 3, yuv444: 3, gray: 1 } as const

function checkImage(input: ResolvedInput): void {
  const { name, shape, layoutTrain, typeTrain, typeRt } = input
  const text = shape.join('x')
  if (shape.length !== 4) {
    throw new ConfigError('CONFIG_IMAGE_RANK', `input '${name}' has shape ${text}; an image has four dimensions`, {
      where: 'input_parameters.input_type_train',
      fix: 'use input_type_train: featuremap and input_type_rt: featuremap',
    })
  }
  const channels = CHANNELS[typeTrain as keyof typeof CHANNELS]
  const at = (layout: Layout): number => (layout === 'NCHW' ? shape[1] : shape[3])
  const other: Layout = layoutTrain === 'NCHW' ? 'NHWC' : 'NCHW'
  if (at(layoutTrain) !== channels && at(other) === channels) {
    throw new ConfigError(
      'CONFIG_LAYOUT_SWAPPED',
      `input_layout_train is ${layoutTrain}, but the shape ${text} of input '${name}' looks ${other}`,
      { where: 'input_parameters.input_layout_train', fix: `set input_layout_train: ${other}` },
    )
  }
  if (at(layoutTrain) !== channels) {
    throw new ConfigError(
      'CONFIG_CHANNELS',
      `input '${name}' has shape ${text}, ${at(layoutTrain)} channels in ${layoutTrain}, but ${typeTrain} has ${channels}`,
      {
        where: 'input_parameters.input_type_train',
        fix: 'set the colour type the model was trained with, or featuremap',
      },
    )
  }
  const [height, width] = layoutTrain === 'NCHW' ? shape.slice(2) : shape.slice(1, 3)
  if ((typeRt === 'nv12' || typeRt === 'yuv444') && (height % 2 === 1 || width % 2 === 1)) {
    throw new ConfigError(
      'CONFIG_ODD_SIZE',
      `input '${name}' is ${height} x ${width}; ${typeRt} needs even height and width`,
      {
        where: 'input_parameters.input_type_rt',
        fix: 'export the model with an even input size, or use input_type_rt: rgb or bgr',
      },
    )
  }
}

function checkNorm(input: ResolvedInput): void {
  const { name, mean, scale, shape } = input
  if (mean === undefined && scale === undefined) return
  if (shape.length !== 4) {
    throw new ConfigError(
      'CONFIG_NORM_RANK',
      `input '${name}' has shape ${shape.join('x')}; mean and scale need four dimensions`,
      { where: 'input_parameters.norm_type', fix: 'set norm_type: no_preprocess for this input' },
    )
  }
  const channels = channelCount(input)
  for (const [key, values] of [
    ['mean_value', mean],
    ['scale_value', scale],
  ] as const) {
    if (values === undefined || values.length === 1 || values.length === channels) continue
    throw new ConfigError(
      'CONFIG_NORM_LENGTH',
      `${key} of input '${name}' has ${values.length} numbers, the input has ${channels} channel(s)`,
      { where: `input_parameters.${key}`, fix: `give one number, or ${channels} numbers separated by spaces` },
    )
  }
  if (scale?.includes(0)) {
    throw new ConfigError('CONFIG_SCALE_ZERO', `scale_value of input '${name}' is 0: the network would see nothing`, {
      where: 'input_parameters.scale_value',
      fix: 'give 1 / standard deviation, e.g. 0.017; scale multiplies',
    })
  }
}
