import { describe, expect, test } from 'vitest'
import { resolvedInput } from '../../test/support/resolved-input.ts'
import type { InputConfig } from '../config/types.ts'
import { ConfigError } from '../errors.ts'
import type { DType } from '../ir/dtype.ts'
import { Graph } from '../ir/graph.ts'
import { resolveInputs } from './resolve-inputs.ts'

const graphOf = (...inputs: [string, number[], DType?][]): Graph =>
  new Graph(
    'g',
    inputs.map(([name, shape, dtype]) => ({ name, shape, dtype: dtype ?? 'float32' })),
  )

const config = (fields: Partial<InputConfig> = {}): InputConfig => ({
  ...resolvedInput(),
  name: undefined,
  shape: undefined,
  ...fields,
})

/** Code, place, message and advice of the error, on one line. */
function refusal(graph: Graph, ...configs: InputConfig[]): string {
  try {
    resolveInputs(graph, configs)
  } catch (error) {
    if (error instanceof ConfigError) return `${error.code} ${error.where} ${error.message}; ${error.fix}`
    throw error
  }
  return 'accepted'
}

describe('matching', () => {
  const graph = graphOf(['left', [1, 3, 8, 6]], ['right', [1, 1, 8, 6]])
  const gray = config({ typeTrain: 'gray', typeRt: 'gray' })

  test('by name, answered in graph order', () => {
    const inputs = resolveInputs(graph, [{ ...gray, name: 'right' }, config({ name: 'left' })])
    expect(inputs.map(({ name, typeTrain, shape }) => [name, typeTrain, shape])).toEqual([
      ['left', 'rgb', [1, 3, 8, 6]],
      ['right', 'gray', [1, 1, 8, 6]],
    ])
  })

  test('by position without names', () => {
    expect(resolveInputs(graph, [config(), gray]).map((input) => input.name)).toEqual(['left', 'right'])
  })

  test('unknown name, name used twice, missing input', () => {
    expect(refusal(graph, config({ name: 'lfet' }), gray)).toMatch(/CONFIG_INPUT_NAME .*input_name .*lfet.*left;right/)
    expect(refusal(graph, config({ name: 'left' }), config({ name: 'left' }))).toMatch(/CONFIG_INPUT_TWICE .*'left'/)
    expect(refusal(graph, config())).toMatch(/CONFIG_INPUT_COUNT .*2 input\(s\) \(left, right\).*describes 1/)
  })
})

describe('shapes', () => {
  const image = graphOf(['data', [1, 3, 224, 224]])

  test('swapped layout names the layout the shape looks like', () => {
    expect(refusal(image, config({ layoutTrain: 'NHWC' }))).toBe(
      "CONFIG_LAYOUT_SWAPPED input_parameters.input_layout_train input_layout_train is NHWC, but the shape 1x3x224x224 of input 'data' looks NCHW; set input_layout_train: NCHW",
    )
  })

  test('channels must fit the colour type', () => {
    expect(refusal(image, config({ typeTrain: 'gray', typeRt: 'gray' }))).toMatch(
      /CONFIG_CHANNELS .*input_type_train .*3 channels in NCHW, but gray has 1/,
    )
  })

  test('an image has four dimensions, a featuremap any number', () => {
    const flat = graphOf(['data', [1, 10]])
    expect(refusal(flat, config())).toMatch(/CONFIG_IMAGE_RANK .*1x10.*featuremap/)
    expect(refusal(flat, config({ typeTrain: 'featuremap', typeRt: 'featuremap' }))).toBe('accepted')
  })

  test.each(['nv12', 'yuv444'] as const)('%s needs even sizes', (typeRt) => {
    expect(refusal(graphOf(['data', [1, 3, 224, 223]]), config({ typeRt }))).toMatch(
      new RegExp(`CONFIG_ODD_SIZE .*input_type_rt .*224 x 223; ${typeRt} needs even`),
    )
    expect(refusal(graphOf(['data', [1, 224, 223, 3]]), config({ typeRt: 'rgb', layoutTrain: 'NHWC' }))).toBe(
      'accepted',
    )
  })
})

describe('mean and scale', () => {
  const image = graphOf(['data', [1, 8, 6, 3]])
  const nhwc = (fields: Partial<InputConfig>): InputConfig => config({ layoutTrain: 'NHWC', ...fields })

  test('one number or one per channel', () => {
    expect(refusal(image, nhwc({ mean: [128] }))).toBe('accepted')
    expect(refusal(image, nhwc({ mean: [1, 2, 3], scale: [0.5] }))).toBe('accepted')
    expect(refusal(image, nhwc({ mean: [1, 2] }))).toMatch(/CONFIG_NORM_LENGTH .*mean_value .*2 numbers.*3 channel/)
    expect(refusal(image, nhwc({ scale: [1, 2, 3, 4] }))).toMatch(/CONFIG_NORM_LENGTH .*scale_value .*4 numbers/)
  })

  test('scale 0 and a featuremap that is not four-dimensional', () => {
    expect(refusal(image, nhwc({ scale: [1, 0, 1] }))).toMatch(/CONFIG_SCALE_ZERO/)
    const feature = config({ typeTrain: 'featuremap', typeRt: 'featuremap', mean: [1] })
    expect(refusal(graphOf(['data', [1, 10]]), feature)).toMatch(/CONFIG_NORM_RANK .*norm_type .*1x10/)
  })
})

test('element types: uint8 pixels only in front of Casts', () => {
  const graph = graphOf(['data', [1, 3, 8, 6], 'uint8'])
  graph.addNode({ name: 'c', opType: 'Cast', inputs: ['data'], outputs: ['f'] })
  expect(refusal(graph, config())).toBe('accepted')
  graph.addNode({ name: 'd', opType: 'DequantizeLinear', inputs: ['data', 's'], outputs: ['e'] })
  expect(refusal(graph, config())).toMatch(/CONFIG_INPUT_DTYPE .*'data' of the model holds uint8/)
  const feature = config({ typeTrain: 'featuremap', typeRt: 'featuremap' })
  expect(refusal(graphOf(['ids', [1, 4], 'int64']), feature)).toMatch(/CONFIG_INPUT_DTYPE .*int64/)
})
