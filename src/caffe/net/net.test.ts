/** From the layers of a file to the net that is run: phases, data layers, labels, inputs, weights. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { listing, readNet } from '../../../test/support/caffe-net.ts'
import type { WrittenLayer } from '../../../test/support/caffemodel.ts'
import { told } from '../../../test/support/told.ts'

const zeros = (...shape: number[]): WrittenLayer['blobs'][number] => ({
  shape,
  values: new Float32Array(shape.reduce((a, b) => a * b, 1)),
})
const layer = (name: string, type: string, bottom: string, top: string, more = ''): string =>
  `layer { name: "${name}" type: "${type}" bottom: "${bottom}" top: "${top}" ${more} }\n`
/** A caffemodel of layers without weights. */
const NONE: WrittenLayer[] = [{ name: 'relu', blobs: [] }]
const INPUT = 'input: "data" input_shape { dim: [1, 2, 4, 4] }\n'
const shapeOf = ({ model }: ReturnType<typeof readNet>) => model.graph.inputs.map(({ name, shape }) => [name, shape])

describe('a train_test net with live Data layers of both phases, Accuracy and loss', () => {
  const text = readFileSync(new URL('../../../test/fixtures/lenet_train_test.prototxt', import.meta.url), 'utf8')
  const weights: WrittenLayer[] = [
    { name: 'conv1', blobs: [zeros(20, 1, 5, 5), zeros(20)] },
    { name: 'conv2', blobs: [zeros(50, 20, 5, 5), zeros(50)] },
    { name: 'ip1', blobs: [zeros(500, 800), zeros(500)] },
    { name: 'ip2', blobs: [zeros(10, 500), zeros(10)] },
  ]
  test('becomes the network alone', () => {
    const net = readNet(text, weights, { shapes: { data: [1, 1, 28, 28] } })
    expect(listing(net).map((line) => line.replace(/\(.*/, ''))).toEqual([
      'Conv conv1',
      'MaxPool pool1',
      'Conv conv2',
      'MaxPool pool2',
      'Flatten ip1_flatten',
      'Gemm ip1',
      'Relu relu1',
      'Gemm ip2',
    ])
    expect(net.model.graph.outputs).toEqual([{ name: 'ip2', dtype: 'float32', shape: [1, 10] }])
    expect(net.told).toEqual([
      "layer 'mnist' (Data) reads training data: its top 'data' becomes an input of the model",
      "layer 'accuracy' (Accuracy) needs labels and is left out",
      `layer 'loss' (SoftmaxWithLoss) needs labels and is left out; for probabilities write type: "Softmax" and remove its label`,
    ])
  })
  test('without --input-shape, whose place is shown', () => {
    expect(told(() => readNet(text, weights))).toMatchInlineSnapshot(`
      "READ_CAFFE_INPUT
      The shape of model input:data is not in the prototxt. Please specify input-shape parameter.
      at: net.prototxt:12:1
      layer {
      ^
      fix: --input-shape data 1x1x224x224   or in the YAML   input_shape: 1x1x224x224"
    `)
  })
  test('crop_size is its height and width, the first convolution knows the channels', () => {
    const cropped = text.replaceAll('scale: 0.00390625', 'scale: 0.00390625 crop_size: 28')
    expect(shapeOf(readNet(cropped, weights))).toEqual([['data', [1, 1, 28, 28]]])
  })
  test('Accuracy that no rule keeps to a phase', () => {
    const loose = text.replace(/(type: "Accuracy"[^}]*?)include \{\s*phase: TEST\s*\}/, '$1')
    expect(told(() => readNet(loose, weights, { shapes: { data: [1, 1, 28, 28] } }))).toMatchInlineSnapshot(`
      "READ_CAFFE_TYPE
      ValueError: Not support layer name=accuracy type=Accuracy
      at: net.prototxt:44:9
        type: "Accuracy"
              ^
      Accuracy measures against labels, which a model has not, and no rule keeps this layer to a phase
      fix: remove the layer, or add include { phase: TEST } to it: such layers are left out"
    `)
  })
})

describe('phases', () => {
  const net = (rule: string, state = ''): string[] =>
    listing(readNet(INPUT + state + layer('a', 'ReLU', 'data', 'a') + layer('b', 'TanH', 'a', 'b', rule), NONE)).map(
      (line) => line.split(' ')[1].replace(/\(.*/, ''),
    )
  test.each([
    ['', ['a', 'b']],
    ['include { phase: TEST }', ['a', 'b']],
    ['include { phase: TRAIN }', ['a']],
    ['include { phase: TRAIN } include { phase: TEST }', ['a', 'b']],
    ['exclude { phase: TEST }', ['a']],
    ['exclude { phase: TRAIN }', ['a', 'b']],
    ['phase: TRAIN', ['a']],
    ['phase: TEST', ['a', 'b']],
    ['include { stage: "deploy" }', ['a']],
    ['include { not_stage: "deploy" }', ['a', 'b']],
    ['include { min_level: 1 }', ['a']],
    ['include { max_level: 0 }', ['a', 'b']],
  ])('%s', (rule, layers) => expect(net(rule)).toEqual(layers))
  test('state of the net', () => {
    const state = 'state { stage: "deploy" level: 2 }\n'
    expect(net('include { stage: "deploy" }', state)).toEqual(['a', 'b'])
    expect(net('include { min_level: 1 max_level: 2 }', state)).toEqual(['a', 'b'])
    expect(net('include { not_stage: "deploy" }', state)).toEqual(['a'])
  })
})

describe('inputs', () => {
  const RELU = layer('relu', 'ReLU', 'data', 'relu')
  test.each([
    ['input_shape', INPUT],
    ['input_dim', 'input: "data" input_dim: 1 input_dim: 2 input_dim: 4 input_dim: 4\n'],
    [
      'an Input layer',
      'layer { name: "i" type: "Input" top: "data" input_param { shape { dim: 1 dim: 2 dim: 4 dim: 4 } } }\n',
    ],
    [
      'MemoryData',
      'layer { name: "i" type: "MemoryData" top: "data" top: "label" memory_data_param { batch_size: 1 channels: 2 height: 4 width: 4 } }\n',
    ],
    [
      'DummyData',
      'layer { name: "i" type: "DummyData" top: "data" dummy_data_param { shape { dim: [1, 2, 4, 4] } } }\n',
    ],
    ['a batch of a deploy file', 'input: "data" input_shape { dim: [10, 2, 4, 4] }\n'],
  ])('%s', (_, input) => expect(shapeOf(readNet(input + RELU, NONE))).toEqual([['data', [1, 2, 4, 4]]]))
  test('a shape given by the user wins, batch included', () => {
    expect(shapeOf(readNet(INPUT + RELU, NONE, { shapes: { data: [3, 2, 8, 8] } }))).toEqual([['data', [3, 2, 8, 8]]])
  })
  test('an input nobody reads is left out', () => {
    const net = readNet('input: "label" input_shape { dim: [1] }\n' + INPUT + RELU, NONE)
    expect(shapeOf(net)).toEqual([['data', [1, 2, 4, 4]]])
    expect(net.told).toContain("warning: nothing reads the input 'label'; it is left out")
  })
  test('labels that other layers pass on go with them; Silence hides what it reads', () => {
    const data = 'layer { name: "d" type: "Data" top: "data" top: "label" transform_param { crop_size: 4 } }\n'
    const rest = layer('cut', 'Slice', 'label', 'l0') + layer('hush', 'Silence', 'l0', 'x').replace('top: "x"', '')
    const hidden =
      layer('tanh', 'TanH', 'data', 'hidden') + layer('hush2', 'Silence', 'hidden', 'x').replace('top: "x"', '')
    const net = readNet(data + RELU + rest + hidden, NONE)
    expect(net.model.graph.outputs.map(({ name }) => name)).toEqual(['relu'])
  })
})

describe('weights', () => {
  const FC = INPUT + layer('fc', 'InnerProduct', 'data', 'fc', 'inner_product_param { num_output: 3 }')
  test('old files give four dimensions', () => {
    const net = readNet(FC, [{ name: 'fc', blobs: [zeros(3, 32), zeros(3)] }], { shape: 'legacy', generation: 'V1' })
    expect(net.model.graph.shape('fc_weights')).toEqual([3, 32])
  })
  test('layers and blobs that the prototxt does not use are told', () => {
    const fc = { name: 'fc', blobs: [zeros(3, 32), zeros(3), zeros(1)] }
    expect(readNet(FC, [fc, { name: 'conv9', blobs: [zeros(1)] }]).told).toEqual([
      'the caffemodel has more blobs than the prototxt uses for: fc',
      'the caffemodel has weights of layers that the net has not: conv9',
    ])
  })
  test('all that is missing or mis-shaped is told at once', () => {
    const two = FC + layer('fc2', 'InnerProduct', 'fc', 'fc2', 'inner_product_param { num_output: 4 }')
    expect(
      told(() =>
        readNet(two, [
          { name: 'fc', blobs: [zeros(5, 32)] },
          { name: 'fc_2', blobs: [zeros(4, 3)] },
        ]),
      ),
    ).toMatchInlineSnapshot(`
      "READ_CAFFE_WEIGHTS
      weights of 'fc' are 5x32, the prototxt needs 3x32
      at: net.caffemodel
      biases of 'fc' (3) are missing: the caffemodel has 1 blob(s) for the layer
      the caffemodel has no layer 'fc2', whose weights should be 4x3 (it has 'fc')
      the caffemodel also has layers the prototxt has not: fc_2
      fix: give the prototxt this caffemodel was trained with: weights belong to layers of the same name and shape"
    `)
  })
})

test('fields nobody knows are ignored with a line, misspelt ones with what was meant', () => {
  const text =
    INPUT +
    'layer { name: "r" type: "ReLU" botom: "x" bottom: "data" top: "r" relu_param { negativ_slope: 0.1 } fork_param { x: 1 } }'
  expect(readNet(text, NONE).told).toEqual([
    "warning: net.prototxt:2:32 layers have no field 'botom' (did you mean 'bottom'?); it is ignored",
    "warning: net.prototxt:2:80 the field 'negativ_slope' is not known here (did you mean 'negative_slope'?) and is ignored",
  ])
})

test('files of 2013', () => {
  const text = `input: "data" input_dim: 10 input_dim: 2 input_dim: 4 input_dim: 4
layers { layer { name: "conv" type: "conv" num_output: 3 kernelsize: 3 pad: 1 } bottom: "data" top: "conv" }
layers { name: "relu" type: RELU bottom: "conv" top: "conv" }
layers { layer { name: "pool" type: "pool" pool: AVE kernelsize: 2 stride: 2 } bottom: "conv" top: "pool" }
layers { name: "fc" type: 14 bottom: "pool" top: "fc" inner_product_param { num_output: 2 } }`
  const weights: WrittenLayer[] = [
    { name: 'conv', blobs: [zeros(3, 2, 3, 3), zeros(3)] },
    { name: 'fc', blobs: [zeros(2, 12), zeros(2)] },
  ]
  for (const generation of ['V0', 'V1'] as const) {
    const net = readNet(text, weights, { generation, shape: 'legacy', data: 'single' })
    expect(listing(net).map((line) => line.replace(/\(.*->/, ' ->'))).toEqual([
      'Conv conv -> conv_1 1x3x4x4',
      'Relu relu -> conv 1x3x4x4',
      'AveragePool pool -> pool 1x3x2x2',
      'Flatten fc_flatten -> fc_flatten 1x12',
      'Gemm fc -> fc 1x2',
    ])
  }
})
