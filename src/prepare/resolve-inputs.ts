/** The YAML's inputs against the model's: names, shapes, channels, layouts. */
import type { InputConfig, Layout, ResolvedInput } from '../config/types.ts'
import { ConfigError } from '../errors.ts'
import type { Graph } from '../ir/graph.ts'

/** One resolved input per graph input, in graph order. Throws ConfigError naming the key to change. */
export function resolveInputs(graph: Graph, configs: readonly InputConfig[]): ResolvedInput[] {
  const names = graph.inputs.map((info) => info.name)
  for (const config of configs) {
    if (config.name !== undefined && !names.includes(config.name)) {
      throw new ConfigError('CONFIG_INPUT_NAME', `the model has no input named '${config.name}'`, {
        where: 'input_parameters.input_name',
        fix: `use: ${names.join(';')}`,
      })
    }
  }
  if (configs.length !== names.length) {
    throw new ConfigError(
      'CONFIG_INPUT_COUNT',
      `the model has ${names.length} inputs (${names.join(', ')}), the YAML describes ${configs.length}`,
      {
        where: 'input_parameters.input_name',
        fix: 'give one value per input in every key, separated by ;',
      },
    )
  }
  return graph.inputs.map((info, i) => {
    const config = configs.find((candidate) => candidate.name === info.name) ?? configs[i]
    const shape = graph.shape(info.name)!
    const input: ResolvedInput = { ...config, name: info.name, shape }
    if (input.typeTrain !== 'featuremap') checkImage(input)
    checkNorm(input)
    return input
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
  if (at(layoutTrain) !== channels) {
    const swapped = at(other) === channels
    throw new ConfigError(
      swapped ? 'CONFIG_LAYOUT_SWAPPED' : 'CONFIG_CHANNELS',
      `input '${name}' has shape ${text}, which as ${layoutTrain} means ${at(layoutTrain)} channels, but ${typeTrain} has ${channels}`,
      {
        where: swapped ? 'input_parameters.input_layout_train' : 'input_parameters.input_type_train',
        fix: swapped
          ? `the shape looks like ${other}: set input_layout_train: ${other}`
          : 'set the colour type the model was trained with, or featuremap',
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
  const channels = input.layoutTrain === 'NHWC' ? input.shape[input.shape.length - 1] : input.shape[1]
  for (const [key, values] of [
    ['mean_value', input.mean],
    ['scale_value', input.scale],
  ] as const) {
    if (values === undefined || values.length === 1 || values.length === channels) continue
    throw new ConfigError(
      'CONFIG_NORM_LENGTH',
      `${key} of input '${input.name}' has ${values.length} numbers, the input has ${channels} channels`,
      {
        where: `input_parameters.${key}`,
        fix: `give one number, or ${channels} numbers separated by spaces`,
      },
    )
  }
}
