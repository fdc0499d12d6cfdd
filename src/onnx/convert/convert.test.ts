/** Every operator that changed between opset 7 and 26, in each of its old forms: onnxruntime runs the file as it is, and ours. */
import { describe, expect, test } from 'vitest'
import { encodeAt, expectSameAfterReading } from '../../../test/support/at-opset.ts'
import { randomFeeds } from '../../../test/support/random.ts'
import type { DType } from '../../ir/dtype.ts'
import { Graph } from '../../ir/graph.ts'
import { type Attribute, float, floats, int, ints, string } from '../../ir/node.ts'
import { Tensor } from '../../ir/tensor.ts'

/** A shape is a random float input, a tensor a constant, null an input left out. */
type Operand = readonly number[] | Tensor | null
interface Case {
  opType: string
  opsets: readonly number[]
  inputs: readonly Operand[]
  attributes?: Record<string, Attribute>
  outputs?: readonly DType[]
  /** Say what is special. */
  why?: string
  digits?: number
}

const list = (...values: number[]): Tensor => Tensor.int64([values.length], values)
const scalar = (value: number): Tensor => Tensor.float32([], [value])
const table = (...values: number[]): Tensor => Tensor.float32([values.length], values)
const shared = (opTypes: string, rest: Omit<Case, 'opType'>): Case[] =>
  opTypes.split(' ').map((opType) => ({ opType, ...rest }))

const REDUCTIONS = 'ReduceL1 ReduceL2 ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSumSquare'

const CASES: readonly Case[] = [
  ...shared('Softmax LogSoftmax Hardmax', { opsets: [7, 11, 12, 13], inputs: [[2, 3, 4]], why: 'default axis' }),
  ...shared('Softmax LogSoftmax Hardmax', {
    opsets: [7, 11, 12, 13],
    inputs: [[2, 3, 4]],
    attributes: { axis: int(1) },
  }),
  ...shared('Softmax LogSoftmax', { opsets: [11, 13], inputs: [[2, 3, 4, 5]], attributes: { axis: int(-2) } }),
  ...shared('Softmax', { opsets: [7, 11, 13, 21, 22], inputs: [[2, 3, 4, 5]], attributes: { axis: int(3) } }),
  ...shared('Softmax', { opsets: [7, 12], inputs: [[2, 3, 4]], attributes: { axis: int(0) }, why: 'over everything' }),
  {
    opType: 'BatchNormalization',
    opsets: [7, 9, 14, 15, 21, 22],
    inputs: [[1, 3, 4, 4], table(1, 2, 3), table(0.5, 0, -1), table(0.1, 0.2, 0.3), table(1, 2, 0.5)],
    attributes: { epsilon: float(1e-3), momentum: float(0.8) },
  },
  { opType: 'Clip', opsets: [7, 10], inputs: [[2, 8]], attributes: { min: float(-0.5), max: float(0.25) } },
  { opType: 'Clip', opsets: [7, 10], inputs: [[2, 8]], attributes: { max: float(0.25) } },
  { opType: 'Clip', opsets: [7, 11, 13], inputs: [[2, 8]], why: 'no bounds' },
  { opType: 'Clip', opsets: [11, 12, 13, 26], inputs: [[2, 8], null, scalar(0.25)] },
  { opType: 'Dropout', opsets: [7, 10], inputs: [[2, 8]], attributes: { ratio: float(0.3) } },
  { opType: 'Dropout', opsets: [12, 13, 22], inputs: [[2, 8], scalar(0.3)] },
  {
    opType: 'Slice',
    opsets: [7, 9],
    inputs: [[3, 8]],
    attributes: { starts: ints([1, -6]), ends: ints([3, 2 ** 63]) },
  },
  {
    opType: 'Slice',
    opsets: [7, 9],
    inputs: [[3, 8, 4]],
    attributes: { starts: ints([-2]), ends: ints([1000]), axes: ints([1]) },
  },
  { opType: 'Slice', opsets: [10, 11, 13], inputs: [[3, 8], list(-1), list(-100), list(1), list(-2)] },
  {
    opType: 'Pad',
    opsets: [7, 10],
    inputs: [[1, 2, 3, 3]],
    attributes: { pads: ints([0, 0, 1, 2, 0, 0, 0, 1]), value: float(1.5) },
  },
  { opType: 'Pad', opsets: [7], inputs: [[1, 2, 3, 3]], attributes: { pads: ints([0, 0, 1, 2, 0, 0, 0, 1]) } },
  {
    opType: 'Pad',
    opsets: [7, 10],
    inputs: [[1, 2, 3, 3]],
    attributes: { pads: ints([0, 0, 1, 2, 0, 0, 0, 1]), mode: string('reflect') },
  },
  { opType: 'Pad', opsets: [11, 13, 18, 19, 21, 24], inputs: [[3, 3], list(0, 1, 2, 0), scalar(2)] },
  { opType: 'Pad', opsets: [18, 23], inputs: [[3, 3], list(1, 2), scalar(2), list(1)], why: 'axes' },
  { opType: 'Squeeze', opsets: [7, 11], inputs: [[2, 1, 3, 1]], attributes: { axes: ints([1, 3]) } },
  { opType: 'Squeeze', opsets: [7, 11, 13], inputs: [[2, 1, 3, 1]], why: 'all of length 1' },
  { opType: 'Squeeze', opsets: [13, 23], inputs: [[2, 1, 3, 1], list(1)] },
  { opType: 'Unsqueeze', opsets: [7, 11], inputs: [[2, 3]], attributes: { axes: ints([0, 3]) } },
  { opType: 'Unsqueeze', opsets: [13, 23], inputs: [[2, 3], list(0, -1)] },
  {
    opType: 'Split',
    opsets: [7, 11],
    inputs: [[2, 6]],
    attributes: { axis: int(1), split: ints([1, 2, 3]) },
    outputs: ['float32', 'float32', 'float32'],
  },
  { opType: 'Split', opsets: [7, 11, 13], inputs: [[6, 2]], outputs: ['float32', 'float32', 'float32'] },
  {
    opType: 'Split',
    opsets: [18, 22],
    inputs: [[5, 2]],
    attributes: { num_outputs: int(2) },
    outputs: ['float32', 'float32'],
  },
  { opType: 'Split', opsets: [13, 18], inputs: [[6, 2], list(2, 4)], outputs: ['float32', 'float32'] },
  ...shared(`${REDUCTIONS} ReduceSum`, {
    opsets: [7, 11, 12],
    inputs: [[2, 3, 4]],
    attributes: { axes: ints([0, 2]) },
  }),
  ...shared(`${REDUCTIONS} ReduceSum`, { opsets: [7, 11, 12, 13, 18], inputs: [[2, 3, 4]], why: 'over everything' }),
  ...shared(REDUCTIONS, { opsets: [13, 17], inputs: [[2, 3, 4]], attributes: { axes: ints([-1]), keepdims: int(0) } }),
  ...shared(`${REDUCTIONS} ReduceSum`, { opsets: [18, 20, 21], inputs: [[2, 3, 4], list(1)] }),
  { opType: 'ReduceSum', opsets: [13], inputs: [[2, 3, 4], list(1)], attributes: { keepdims: int(0) } },
  {
    opType: 'ReduceLogSum',
    opsets: [7, 13],
    inputs: [Tensor.float32([2, 2], [1, 2, 3, 4])],
    attributes: { axes: ints([1]) },
  },
  { opType: 'TopK', opsets: [7], inputs: [[2, 8]], attributes: { k: int(3) }, outputs: ['float32', 'int64'] },
  { opType: 'TopK', opsets: [10, 11, 24], inputs: [[2, 8], list(3)], outputs: ['float32', 'int64'] },
  { opType: 'Upsample', opsets: [7], inputs: [[1, 2, 3, 4]], attributes: { scales: floats([1, 1, 2, 3]) } },
  {
    opType: 'Upsample',
    opsets: [7],
    inputs: [[1, 2, 3, 4]],
    attributes: { scales: floats([1, 1, 2, 2.5]), mode: string('linear') },
  },
  { opType: 'Upsample', opsets: [9], inputs: [[1, 2, 3, 4], table(1, 1, 1.7, 2.5)] },
  {
    opType: 'Upsample',
    opsets: [9],
    inputs: [[1, 2, 3, 4], table(1, 1, 1.7, 2)],
    attributes: { mode: string('linear') },
  },
  { opType: 'Resize', opsets: [10], inputs: [[1, 2, 5, 7], table(1, 1, 1.7, 2.5)] },
  { opType: 'Resize', opsets: [10], inputs: [[1, 2, 7, 9], table(1, 1, 0.6, 0.4)], why: 'smaller' },
  { opType: 'Resize', opsets: [10], inputs: [[1, 2, 7, 9], table(1, 1, 0.6, 2)], why: 'smaller and larger' },
  {
    opType: 'Resize',
    opsets: [10],
    inputs: [[1, 2, 7, 9], table(1, 1, 0.6, 1.5)],
    attributes: { mode: string('linear') },
  },
  { opType: 'Resize', opsets: [11, 12], inputs: [[1, 2, 5, 5], table(), table(1, 1, 2, 0.6)], why: 'empty roi' },
  { opType: 'Resize', opsets: [11], inputs: [[1, 2, 5, 5], table(), table(), list(1, 2, 8, 3)], why: 'empty scales' },
  ...['half_pixel', 'align_corners', 'asymmetric', 'pytorch_half_pixel', 'tf_half_pixel_for_nn'].flatMap((mode) =>
    ['nearest', 'linear', 'cubic'].map((kind): Case => ({
      opType: 'Resize',
      opsets: mode === 'tf_half_pixel_for_nn' ? [11] : [11, 13, 18, 19],
      inputs: [[1, 2, 5, 5], table(), table(1, 1, 2, 0.6)],
      attributes: { mode: string(kind), coordinate_transformation_mode: string(mode) },
    })),
  ),
  { opType: 'Resize', opsets: [13, 18, 22], inputs: [[1, 2, 5, 5], null, null, list(1, 2, 8, 3)] },
  {
    opType: 'Resize',
    opsets: [11, 12],
    inputs: [[1, 2, 5, 5], table(), table(1, 1, 2, 0.7)],
    attributes: { coordinate_transformation_mode: string('tf_half_pixel_for_nn'), nearest_mode: string('floor') },
  },
  { opType: 'Resize', opsets: [13, 18, 22], inputs: [[1, 2, 5, 5], null, table(1, 1, 2, 0.6)] },
  ...['round_prefer_ceil', 'floor', 'ceil'].map((mode): Case => ({
    opType: 'Resize',
    opsets: [11, 13, 19],
    inputs: [[1, 2, 5, 5], table(), table(), list(1, 2, 10, 3)],
    attributes: { nearest_mode: string(mode) },
  })),
  {
    opType: 'GroupNormalization',
    opsets: [18, 20],
    inputs: [[2, 6, 3, 4], table(1, 2, 0.5), table(0, -1, 3)],
    attributes: { num_groups: int(3), epsilon: float(1e-3) },
    digits: 5,
  },
  {
    opType: 'GroupNormalization',
    opsets: [21],
    inputs: [[2, 4, 3], table(1, 2, 0.5, 3), table(0, -1, 3, 1)],
    attributes: { num_groups: int(2) },
  },
  {
    opType: 'RoiAlign',
    opsets: [10, 16],
    inputs: [[1, 2, 8, 8], Tensor.float32([2, 4], [0.3, 1.2, 5.1, 6.4, 2, 2, 4, 7]), list(0, 0)],
    attributes: { output_height: int(2), output_width: int(3), sampling_ratio: int(2) },
  },
  ...['bilinear', 'nearest', 'bicubic'].map((mode): Case => ({
    opType: 'GridSample',
    opsets: [16],
    inputs: [
      [1, 2, 4, 5],
      [1, 3, 3, 2],
    ],
    attributes: { mode: string(mode) },
    digits: 5,
  })),
  {
    opType: 'GridSample',
    opsets: [16, 20, 22],
    inputs: [
      [1, 2, 4, 5],
      [1, 3, 3, 2],
    ],
    why: 'default mode',
  },
  { opType: 'DFT', opsets: [17], inputs: [[1, 4, 5, 1]], why: 'default axis', digits: 5 },
  { opType: 'DFT', opsets: [17], inputs: [[1, 4, 5, 1]], attributes: { axis: int(2) }, digits: 5 },
  { opType: 'DFT', opsets: [20], inputs: [[1, 4, 5, 1]], digits: 5 },
  { opType: 'Scatter', opsets: [9, 10], inputs: [[3, 3], Tensor.int64([1, 3], [1, 0, 2]), [1, 3]] },
  { opType: 'ScatterElements', opsets: [11, 13, 16], inputs: [[3, 3], Tensor.int64([1, 3], [1, 0, 2]), [1, 3]] },
  { opType: 'Swish', opsets: [24], inputs: [[2, 8]] },
  { opType: 'Swish', opsets: [24], inputs: [[2, 8]], attributes: { alpha: float(1.7) } },
  { opType: 'Cast', opsets: [7, 13, 19, 21, 23], inputs: [[2, 4]], attributes: { to: int(7) }, outputs: ['int64'] },
]

/** Operators of vision networks whose later versions only added element types. */
const window = { kernel_shape: ints([3, 3]), strides: ints([2, 2]), pads: ints([1, 0, 1, 1]) }
const EVERYWHERE = [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26]
const from = (first: number): number[] => EVERYWHERE.filter((opset) => opset >= first)
const weight = Tensor.float32(
  [2, 2, 3, 3],
  Float32Array.from({ length: 36 }, (_, i) => Math.sin(i)),
)
const UNCHANGED: readonly Case[] = [
  { opType: 'Conv', opsets: EVERYWHERE, inputs: [[1, 2, 7, 7], weight], attributes: window },
  { opType: 'ConvTranspose', opsets: EVERYWHERE, inputs: [[1, 2, 5, 5], weight], attributes: window },
  {
    opType: 'ConvTranspose',
    opsets: [7, 11, 22],
    inputs: [[1, 2, 5, 5], weight],
    attributes: { strides: ints([2, 2]), auto_pad: string('SAME_UPPER') },
  },
  { opType: 'MaxPool', opsets: EVERYWHERE, inputs: [[1, 2, 7, 7]], attributes: window },
  { opType: 'MaxPool', opsets: from(10), inputs: [[1, 2, 7, 7]], attributes: { ...window, ceil_mode: int(1) } },
  { opType: 'AveragePool', opsets: EVERYWHERE, inputs: [[1, 2, 7, 7]], attributes: window },
  ...[0, 1].map((include): Case => ({
    opType: 'AveragePool',
    opsets: from(10),
    inputs: [[1, 2, 8, 8]],
    attributes: { ...window, ceil_mode: int(1), count_include_pad: int(include) },
  })),
  { opType: 'Gemm', opsets: EVERYWHERE, inputs: [[2, 3], [3, 4], [4]] },
  { opType: 'PRelu', opsets: EVERYWHERE, inputs: [[1, 3, 2, 2], Tensor.float32([3, 1, 1], [0.1, 0.2, 0.3])] },
  { opType: 'Reshape', opsets: EVERYWHERE, inputs: [[2, 3, 4], list(0, -1)] },
  { opType: 'Flatten', opsets: EVERYWHERE, inputs: [[2, 3, 4]], attributes: { axis: int(2) } },
  { opType: 'Gather', opsets: EVERYWHERE, inputs: [[4, 3], list(1, 3)] },
  { opType: 'DepthToSpace', opsets: EVERYWHERE, inputs: [[1, 8, 2, 2]], attributes: { blocksize: int(2) } },
  { opType: 'ArgMax', opsets: EVERYWHERE, inputs: [[2, 5]], attributes: { axis: int(1) }, outputs: ['int64'] },
  { opType: 'InstanceNormalization', opsets: EVERYWHERE, inputs: [[1, 2, 3, 3], table(1, 2), table(0, 1)] },
  { opType: 'LayerNormalization', opsets: from(17), inputs: [[2, 3, 4], table(1, 2, 3, 4)] },
  { opType: 'LpPool', opsets: EVERYWHERE, inputs: [[1, 2, 7, 7]], attributes: window },
  { opType: 'LpNormalization', opsets: EVERYWHERE, inputs: [[2, 3, 4]] },
  { opType: 'Gelu', opsets: from(20), inputs: [[2, 4]] },
  { opType: 'Mish', opsets: from(18), inputs: [[2, 4]] },
  { opType: 'HardSwish', opsets: from(14), inputs: [[2, 4]] },
  ...shared('Relu Sigmoid Tanh LeakyRelu Elu Selu HardSigmoid Softplus GlobalAveragePool GlobalMaxPool Transpose', {
    opsets: [7, 13, 21, 22, 26],
    inputs: [[1, 2, 3, 4]],
  }),
  ...shared('Add Mul Sub Div Max Min MatMul', {
    opsets: [7, 8, 13, 14, 26],
    inputs: [
      [4, 4],
      [4, 4],
    ],
  }),
]

function graphOf({ opType, inputs, attributes, outputs = ['float32'] }: Case): Graph {
  const graph = new Graph('one')
  const names = inputs.map((operand, port) => {
    if (operand === null) return ''
    const name = `x${port}`
    if (operand instanceof Tensor) graph.setConstant(name, operand)
    else graph.inputs.push({ name, dtype: 'float32', shape: operand })
    return name
  })
  graph.outputs = outputs.map((dtype, i) => ({ name: `y${i}`, dtype, shape: undefined }))
  const fields = attributes ? { attributes } : {}
  graph.addNode({ name: 'node', opType, inputs: names, outputs: outputs.map((_, i) => `y${i}`), ...fields })
  return graph
}

function label({ opType, inputs, attributes, why }: Case): string {
  const values = Object.entries(attributes ?? {}).map(([name, { value }]) => `${name}=${JSON.stringify(value)}`)
  const shapes = inputs.map((operand) => (operand instanceof Tensor ? operand.shape : operand)?.join('x') ?? '-')
  return [opType, shapes.join(' '), ...values, ...(why ? [`(${why})`] : [])].join(' ')
}

describe.each([
  ['converted', CASES],
  ['taken over', UNCHANGED],
])('%s operators compute what they did', (_, cases) => {
  test.each(cases.map((one) => [label(one), one] as const))('%s', async (_, one) => {
    for (const opset of one.opsets) {
      const graph = graphOf(one)
      await expectSameAfterReading(encodeAt(graph, opset), randomFeeds(graph, opset), one.digits)
    }
    expect.hasAssertions()
  })
})
