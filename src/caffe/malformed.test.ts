/** Files that are no Caffe model, or a broken one: each gets one clear answer. */
import { describe, expect, test } from 'vitest'
import { caffemodelBytes, type WrittenLayer } from '../../test/support/caffemodel.ts'
import { readNet } from '../../test/support/caffe-net.ts'
import { told } from '../../test/support/told.ts'

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))

const GOOD = `name: "net"
layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 2 dim: 8 dim: 8 } } }
layer {
  name: "conv" type: "Convolution" bottom: "data" top: "conv"
  convolution_param { num_output: 4 kernel_size: 3 }
}
layer { name: "pool" type: "Pooling" bottom: "conv" top: "pool" pooling_param { kernel_size: 2 stride: 2 } }
layer { name: "fc" type: "InnerProduct" bottom: "pool" top: "fc" inner_product_param { num_output: 5 } }
layer { name: "prob" type: "Softmax" bottom: "fc" top: "prob" }
`
const zeros = (...shape: number[]): WrittenLayer['blobs'][number] => ({
  shape,
  values: new Float32Array(shape.reduce((a, b) => a * b, 1)),
})
const WEIGHTS: WrittenLayer[] = [
  { name: 'conv', type: 'Convolution', blobs: [zeros(4, 2, 3, 3), zeros(4)] },
  { name: 'fc', type: 'InnerProduct', blobs: [zeros(5, 36), zeros(5)] },
]
const MODEL = caffemodelBytes(WEIGHTS)

const answer = (prototxt: string | Uint8Array, model: Uint8Array = MODEL): string =>
  told(() => readNet(prototxt, model))
const swapped = (from: string, to: string): string => {
  expect(GOOD).toContain(from)
  return GOOD.replace(from, to)
}
const weights = (change: (layers: WrittenLayer[]) => WrittenLayer[]): Uint8Array =>
  caffemodelBytes(change(structuredClone(WEIGHTS)))

type Case<Content> = readonly [name: string, content: () => Content, ...says: (string | RegExp)[]]

/** Name, the prototxt, and what the answer says: code, words, place. */
const TEXTS: readonly Case<string | Uint8Array>[] = [
  // other kinds of files
  ['nothing', () => '', 'READ_NOT_PROTOTXT', /empty/],
  ['blanks and comments', () => '# a net\n\n', 'READ_PROTOTXT', /no layers/],
  ['a web page', () => '<!DOCTYPE html><html><body>Not found', 'READ_NOT_PROTOTXT', /web page/, /raw file/],
  ['a zip archive', () => latin1('PK\x03\x04\x14\0\0\0\x08\0deploy.prototxt'), 'READ_NOT_PROTOTXT', /zip/],
  ['a gzip file in another one', () => latin1('\x1f\x8b\x08\0\0'), 'READ_NOT_PROTOTXT', /gzip/],
  ['the caffemodel', () => MODEL, 'READ_NOT_PROTOTXT', /Caffe model/, /exchanged/],
  ['an ONNX model', () => latin1('\x08\x08\x12\x07pytorch\0\0'), 'READ_NOT_PROTOTXT', /binary/],
  ['a picture', () => latin1('\xff\xd8\xff\xe0\0\x10JFIF'), 'READ_NOT_PROTOTXT', /picture/],
  ['a Git LFS pointer', () => 'version https://git-lfs.github.com/spec/v1\noid sha256:1', 'READ_NOT_PROTOTXT', /LFS/],
  ['JSON', () => '{ "layers": [] }', 'READ_NOT_PROTOTXT', /JSON/],
  ['a YAML', () => 'model_parameters:\n  prototxt: a\n', 'READ_PROTOTXT_SYNTAX', 'net.prototxt:2:11'],
  ['a sentence', () => '404: Not Found', 'READ_PROTOTXT_SYNTAX', 'net.prototxt:1:1'],
  ['a solver', () => 'net: "train_test.prototxt"\nbase_lr: 0.01\n', 'READ_PROTOTXT', /solver/, /train_test\.prototxt/],
  ['zeros', () => new Uint8Array(64), 'READ_NOT_PROTOTXT', /zeros/],
  // syntax
  ['a file cut off behind a name', () => GOOD.slice(0, 200), 'READ_PROTOTXT_SYNTAX', /end of the file/, /cut off/],
  [
    'a file cut off in a message',
    () => GOOD.slice(0, GOOD.indexOf('num_output')),
    'READ_PROTOTXT_SYNTAX',
    /never closed/,
    /cut off/,
  ],
  [
    'a file cut off in a string',
    () => GOOD.slice(0, GOOD.indexOf('conv"')),
    'READ_PROTOTXT_SYNTAX',
    /no closing quote/,
  ],
  ['a bracket too many', () => `${GOOD}}\n`, 'READ_PROTOTXT_SYNTAX', 'net.prototxt:10:1', /nothing is open/],
  [
    'another bracket',
    () => swapped('num_output: 4 kernel_size: 3 }', 'num_output: 4 ]'),
    'READ_PROTOTXT_SYNTAX',
    ':5:',
  ],
  ['a quote forgotten', () => swapped('bottom: "data"', 'bottom: "data'), 'READ_PROTOTXT_SYNTAX', ':4:'],
  ['a colon forgotten', () => swapped('num_output: 4', 'num_output 4'), 'READ_PROTOTXT_SYNTAX', 'net.prototxt:5:34'],
  [
    'a value forgotten',
    () => swapped('num_output: 4 kernel_size: 3', 'num_output: }'),
    'READ_PROTOTXT_SYNTAX',
    /no value/,
  ],
  ['a number with letters', () => swapped('num_output: 4', 'num_output: 4x'), 'READ_PROTOTXT_SYNTAX', /'4x'/],
  ['a strange character', () => swapped('num_output: 4', 'num_output: @'), 'READ_PROTOTXT_SYNTAX', /'@'/],
  ['C comments', () => `// a net\n${GOOD}`, 'READ_PROTOTXT_SYNTAX', 'net.prototxt:1:1'],
  ['a list never closed', () => swapped('kernel_size: 3', 'kernel_size: [3, 3'), 'READ_PROTOTXT_SYNTAX', /list/],
  ['brackets without end', () => 'a{'.repeat(100_000), 'READ_PROTOTXT_SYNTAX', /nested|closed/],
  // types
  ['text for a number', () => swapped('num_output: 4', 'num_output: "4"'), 'READ_PROTOTXT_VALUE', 'net.prototxt:5:35'],
  ['a fraction', () => swapped('num_output: 4', 'num_output: 4.5'), 'READ_PROTOTXT_VALUE', /whole number/],
  ['a negative size', () => swapped('kernel_size: 3', 'kernel_size: -3'), 'READ_PROTOTXT_VALUE', /at least 0/],
  ['a number too large', () => swapped('num_output: 4', 'num_output: 99999999999'), 'READ_PROTOTXT_VALUE', /whole/],
  ['a number for a name', () => swapped('name: "conv"', 'name: 5'), 'READ_PROTOTXT_VALUE', /in quotes/],
  ['a message for a number', () => swapped('num_output: 4', 'num_output { }'), 'READ_PROTOTXT_VALUE', /a message/],
  [
    'a number for a message',
    () => swapped('pooling_param { kernel_size: 2 stride: 2 }', 'pooling_param: 2'),
    'READ_PROTOTXT_VALUE',
    /message/,
  ],
  [
    'an unknown method',
    () => swapped('kernel_size: 2', 'pool: MAXX kernel_size: 2'),
    'READ_PROTOTXT_VALUE',
    /did you mean 'MAX'/,
  ],
  [
    'neither true nor false',
    () => swapped('num_output: 4', 'num_output: 4 bias_term: maybe'),
    'READ_PROTOTXT_VALUE',
    /true or false/,
  ],
  ['a field twice', () => swapped('num_output: 4', 'num_output: 4 num_output: 5'), 'READ_PROTOTXT_VALUE', /once/],
  ['a layer that is text', () => 'layer: "conv"', 'READ_PROTOTXT_VALUE', /message/],
  [
    'an old type that never was',
    () => 'layers { name: "a" type: CONVOLUTIN bottom: "b" top: "a" }',
    'READ_PROTOTXT_VALUE',
    /CONVOLUTION/,
  ],
  [
    'a type of the oldest files that never was',
    () => 'layers { layer { name: "a" type: "convo" } bottom: "b" top: "a" }',
    'READ_PROTOTXT_VALUE',
    /conv/,
  ],
  // nets
  ['no type', () => swapped('type: "Convolution"', ''), 'READ_PROTOTXT', /no type/, ':3:'],
  [
    'an unknown layer',
    () => swapped('"Softmax"', '"Softmaxx"'),
    'READ_CAFFE_TYPE',
    'ValueError: Not support layer name=prob type=Softmaxx',
    /did you mean 'Softmax'/,
  ],
  [
    'a custom layer',
    () => swapped('type: "Softmax"', 'type: "Custom" custom_param { type: "Roi" }'),
    'READ_CAFFE_TYPE',
    /custom operator/,
  ],
  ['decoding of detections', () => swapped('"Softmax"', '"DetectionOutput"'), 'READ_CAFFE_TYPE', /post-processing/],
  [
    'a missing bottom',
    () => swapped('bottom: "fc"', 'bottom: "fd"'),
    'READ_CAFFE_BOTTOM',
    /reads 'fd'/,
    /did you mean 'fc'/,
  ],
  [
    'a cycle',
    () => swapped('bottom: "data" top: "conv"', 'bottom: "prob" top: "conv"'),
    'READ_CAFFE_BOTTOM',
    /'prob' in line/,
    /cycles/,
  ],
  [
    'a layer that reads itself',
    () => swapped('bottom: "data" top: "conv"', 'bottom: "conv" top: "conv"'),
    'READ_CAFFE_BOTTOM',
    /reads 'conv'/,
  ],
  ['no bottom', () => swapped('bottom: "fc" top: "prob"', 'top: "prob"'), 'READ_CAFFE_LAYER', /bottom/],
  [
    'two bottoms for a Softmax',
    () => swapped('bottom: "fc"', 'bottom: "fc" bottom: "pool"'),
    'READ_CAFFE_LAYER',
    /bottom/,
  ],
  ['no top', () => swapped('top: "prob"', ''), 'READ_CAFFE_LAYER', /top/],
  ['no input', () => GOOD.replace(/layer \{ name: "data".*\n/, ''), 'READ_CAFFE_INPUT', /no input/],
  [
    'an input without shape',
    () => swapped('input_param { shape { dim: 1 dim: 2 dim: 8 dim: 8 } }', ''),
    'READ_CAFFE_INPUT',
    /--input-shape data/,
  ],
  ['an input of nothing', () => swapped('dim: 2 dim: 8', 'dim: 0 dim: 8'), 'READ_CAFFE_INPUT', /impossible/],
  [
    'an input of 10^18 values',
    () => swapped('dim: 8 dim: 8', 'dim: 1000000000 dim: 1000000000'),
    'READ_CAFFE_INPUT',
    /impossible/,
  ],
  [
    'three dimensions for an old input',
    () => `input: "data" input_dim: 2 input_dim: 8 input_dim: 8\n${GOOD}`,
    'READ_PROTOTXT',
    /input_dim/,
  ],
  [
    'weights of 10^12 values',
    () => swapped('num_output: 4', 'num_output: 4000000000'),
    'READ_CAFFE_WEIGHTS',
    /4000000000/,
  ],
  [
    'a kernel larger than its input',
    () => swapped('kernel_size: 3', 'kernel_size: 30'),
    /READ_CAFFE_(SHAPE|LAYER)/,
    ':3:',
  ],
  ['no kernel', () => swapped('kernel_size: 3', ''), 'READ_CAFFE_LAYER', /kernel/],
  ['a stride of 0', () => swapped('stride: 2', 'stride: 0'), 'READ_CAFFE_LAYER', /stride/],
  [
    'groups that do not divide',
    () => swapped('kernel_size: 3', 'kernel_size: 3 group: 3'),
    'READ_CAFFE_LAYER',
    /group/,
  ],
  ['no num_output', () => swapped('num_output: 5', ''), 'READ_CAFFE_LAYER', /num_output/],
  [
    'a padding of four billion',
    () => swapped('kernel_size: 3', 'kernel_size: 3 pad: 4294967295'),
    /READ_CAFFE_(SHAPE|LAYER)/,
    /pad|shape/,
  ],
  [
    'Accuracy of no phase',
    () => `${GOOD}layer { name: "accuracy" type: "Accuracy" bottom: "fc" bottom: "label" top: "accuracy" }`,
    'READ_CAFFE_TYPE',
    'ValueError: Not support layer name=accuracy type=Accuracy',
    /include \{ phase: TEST \}/,
  ],
  [
    'labels that a layer computes with',
    () =>
      'layer { name: "d" type: "Data" top: "x" top: "label" transform_param { crop_size: 8 } }\n' +
      'layer { name: "sum" type: "Eltwise" bottom: "x" bottom: "label" top: "y" }\n',
    'READ_CAFFE_LABEL',
    /labels/,
    'net.prototxt:2:1',
  ],
]

/** Name, the caffemodel, and what the answer says. */
const MODELS: readonly Case<Uint8Array>[] = [
  ['nothing', () => new Uint8Array(0), 'READ_CAFFEMODEL', /empty/],
  ['a web page', () => latin1('<html><body>'), 'READ_CAFFEMODEL', /web page/],
  ['a zip archive', () => latin1('PK\x03\x04\x14\0'), 'READ_CAFFEMODEL', /zip/],
  ['the prototxt', () => latin1(GOOD), 'READ_CAFFEMODEL', /exchanged/],
  ['HDF5', () => latin1('\x89HDF\r\n\x1a\n'), 'READ_CAFFEMODEL', /HDF5/],
  ['a file cut off', () => MODEL.subarray(0, MODEL.length - 10), 'READ_CAFFEMODEL', /cut off/],
  ['a file cut off in its first layer', () => MODEL.subarray(0, 60), 'READ_CAFFEMODEL', /cut off/],
  ['an ONNX model', () => latin1('\x08\x08\x12\x07pytorch\x3a\x02\x0a\x00'), 'READ_CAFFEMODEL', /ONNX/],
  ['random bytes', () => Uint8Array.from({ length: 300 }, (_, i) => (i * 197 + 11) % 256), 'READ_CAFFEMODEL'],
  [
    'a shape of more values than there are',
    () => weights(([conv, fc]) => [{ ...conv, blobs: [{ ...conv.blobs[0], shape: [4, 2, 3, 4] }] }, fc]),
    'READ_CAFFEMODEL',
    /96 values.*72 values/,
  ],
  [
    'a shape of 10^18 values',
    () => weights(([conv, fc]) => [{ ...conv, blobs: [{ ...conv.blobs[0], shape: [1e9, 1e9] }] }, fc]),
    'READ_CAFFEMODEL',
    /impossible/,
  ],
  ['a layer missing', () => weights(([conv]) => [conv]), 'READ_CAFFE_WEIGHTS', /no layer 'fc'/],
  [
    'a layer of another name',
    () => weights(([conv, fc]) => [{ ...conv, name: 'conv_1' }, fc]),
    'READ_CAFFE_WEIGHTS',
    /it has 'conv_1'/,
  ],
  [
    'a bias missing',
    () => weights(([conv, fc]) => [{ ...conv, blobs: conv.blobs.slice(0, 1) }, fc]),
    'READ_CAFFE_WEIGHTS',
    /biases of 'conv'/,
  ],
  [
    'weights of another shape',
    () => weights(([conv, fc]) => [{ ...conv, blobs: [zeros(8, 2, 3, 3), zeros(8)] }, fc]),
    'READ_CAFFE_WEIGHTS',
    /8x2x3x3.*4x2x3x3/,
  ],
  [
    'the weights of another net',
    () => caffemodelBytes([{ name: 'x', blobs: [zeros(3)] }]),
    'READ_CAFFE_WEIGHTS',
    /also has layers.*x/s,
  ],
]

test('the net itself is right', () => expect(answer(GOOD)).toBe('no error'))

describe('prototxt', () => {
  test.each(TEXTS.map(named))('$name', ({ content, says }) => {
    expect(shortcomings(answer(content()), says)).toEqual([])
  })
})
describe('caffemodel', () => {
  test.each(MODELS.map(named))('$name', ({ content, says }) => {
    expect(shortcomings(answer(GOOD, content()), says)).toEqual([])
  })
})

function named<Content>([name, content, ...says]: Case<Content>) {
  return { name, content, says }
}

/** A code, a sentence, a place, something to do, and what is special to the case: what of these the answer lacks, with the answer. */
function shortcomings(said: string, says: readonly (string | RegExp)[]): unknown[] {
  const form = /^READ_\w+\n.{10,200}\nat: net\.(prototxt(:\d+:\d+)?|caffemodel)\n([^]*\n)?fix: .{5,}$/
  const lacks = [form, ...says].filter((part) => (typeof part === 'string' ? !said.includes(part) : !part.test(said)))
  return said.split('\n').length < 16 && lacks.length === 0 ? [] : [...lacks, said]
}
