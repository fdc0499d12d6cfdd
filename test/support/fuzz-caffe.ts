/** What the fuzzers of the Caffe readers share: files to damage, ways to damage text, and one run. */
import fc from 'fast-check'
import { writeOnnx } from '../../src/onnx/write.ts'
import { readNet } from './caffe-net.ts'
import { caffemodelBytes, type Form, type WrittenLayer } from './caffemodel.ts'
import { told } from './told.ts'

export interface CaffeSeed {
  name: string
  prototxt: Uint8Array
  caffemodel: Uint8Array
}

/** Seconds of the processor: a prior box for every place of a large picture takes its time, anything without end is found. */
const LIMIT = 5

/** Read and write; throws on whatever is not an OpenMapperError, and on a run that takes too long. */
export function digestCaffe(prototxt: Uint8Array, caffemodel: Uint8Array): string {
  const started = process.cpuUsage()
  const answer = told(() => void writeOnnx(readNet(prototxt, caffemodel).model))
  const seconds = process.cpuUsage(started).user / 1e6
  if (seconds > LIMIT) throw new Error(`took ${seconds.toFixed(1)} s: ${answer}`)
  return answer
}

const filled = (...shape: number[]): WrittenLayer['blobs'][number] => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.fround(Math.sin(i) + 1.5)),
})

/** Many layers, each form of the text format. */
const MODERN = `name: "modern" # a comment
layer { name: "mnist" type: "Data" top: "data" top: "label" include { phase: TRAIN } data_param { source: "a" batch_size: 64 } }
layer { name: "mnist" type: "Data" top: "data" top: "label" include { phase: TEST } transform_param { crop_size: 16 scale: 0.00390625 } }
layer { name: "conv" type: "Convolution" bottom: "data" top: "conv" param { lr_mult: 1 }
  convolution_param < num_output: 4 kernel_size: [3, 3] pad: 1 stride: 2 dilation: 1 group: 1 weight_filler { type: 'msra' } > }
layer { name: "bn" type: "BatchNorm" bottom: "conv" top: "conv" batch_norm_param { use_global_stats: true eps: 1e-3 } }
layer { name: "scale" type: "Scale" bottom: "conv" top: "conv" scale_param { bias_term: true } }
layer { name: "relu" type: "ReLU" bottom: "conv" top: "conv" relu_param { negative_slope: 0.1 } }
layer { name: "pool" type: "Pooling" bottom: "conv" top: "pool" pooling_param { pool: AVE kernel_size: 3 stride: 2 pad: 1 } }
layer { name: "lrn" type: "LRN" bottom: "pool" top: "lrn" lrn_param { local_size: 3 alpha: 0.1 norm_region: WITHIN_CHANNEL } }
layer { name: "up" type: "Deconvolution" bottom: "lrn" top: "up" convolution_param { num_output: 4 group: 4 kernel_size: 2 stride: 2 bias_term: false } }
layer { name: "crop" type: "Crop" bottom: "up" bottom: "conv" top: "crop" crop_param { axis: 2 offset: 0 } }
layer { name: "sum" type: "Eltwise" bottom: "crop" bottom: "conv" top: "sum" eltwise_param { operation: SUM coeff: 1 coeff: -0.5 } }
layer { name: "slice" type: "Slice" bottom: "sum" top: "a" top: "b" slice_param { axis: 1 slice_point: 1 } }
layer { name: "cat" type: "Concat" bottom: "b" bottom: "a" top: "cat" concat_param { axis: 1 } }
layer { name: "shuffle" type: "ShuffleChannel" bottom: "cat" top: "shuffle" shuffle_channel_param { group: 2 } }
layer { name: "perm" type: "Permute" bottom: "shuffle" top: "perm" permute_param { order: 0 order: 2 order: 3 order: 1 } }
layer { name: "flat" type: "Flatten" bottom: "perm" top: "flat" }
layer { name: "prior" type: "PriorBox" bottom: "pool" bottom: "data" top: "prior" prior_box_param { min_size: 4 max_size: 8 aspect_ratio: 2 flip: true variance: 0.1 } }
layer { name: "interp" type: "Interp" bottom: "pool" top: "interp" interp_param { zoom_factor: 2 } }
layer { name: "resh" type: "Reshape" bottom: "interp" top: "resh" reshape_param { shape { dim: 0 dim: -1 } } }
layer { name: "fc" type: "InnerProduct" bottom: "flat" top: "fc" inner_product_param { num_output: 3 } }
layer { name: "drop" type: "Dropout" bottom: "fc" top: "fc" dropout_param { dropout_ratio: 0.5 } }
layer { name: "accuracy" type: "Accuracy" bottom: "fc" bottom: "label" top: "accuracy" include { phase: TEST } }
layer { name: "loss" type: "SoftmaxWithLoss" bottom: "fc" bottom: "label" top: "loss" }
layer { name: "prob" type: "Softmax" bottom: "fc" top: "prob" }
`
const MODERN_WEIGHTS: WrittenLayer[] = [
  { name: 'conv', type: 'Convolution', blobs: [filled(4, 3, 3, 3), filled(4)] },
  { name: 'bn', type: 'BatchNorm', blobs: [filled(4), filled(4), filled(1)] },
  { name: 'scale', type: 'Scale', blobs: [filled(4), filled(4)] },
  { name: 'up', type: 'Deconvolution', blobs: [filled(4, 1, 2, 2)] },
  { name: 'fc', type: 'InnerProduct', blobs: [filled(3, 256), filled(3)] },
]
const OLD = `input: "data" input_dim: 1 input_dim: 2 input_dim: 8 input_dim: 8
layers { layer { name: "conv" type: "conv" num_output: 3 kernelsize: 3 pad: 1 } bottom: "data" top: "conv" }
layers { name: "relu" type: RELU bottom: "conv" top: "conv" }
layers { layer { name: "pool" type: "pool" pool: MAX kernelsize: 2 stride: 2 } bottom: "conv" top: "pool" }
layers { name: "fc" type: 14 bottom: "pool" top: "fc" inner_product_param { num_output: 2 } }
layers { name: "prob" type: SOFTMAX bottom: "fc" top: "prob" }
`
const OLD_WEIGHTS: WrittenLayer[] = [
  { name: 'conv', blobs: [filled(3, 2, 3, 3), filled(3)] },
  { name: 'fc', blobs: [filled(2, 48), filled(2)] },
]

const seed = (name: string, prototxt: string, layers: WrittenLayer[], form: Form): CaffeSeed => ({
  name,
  prototxt: new TextEncoder().encode(prototxt),
  caffemodel: caffemodelBytes(layers, form),
})

export const CAFFE_SEEDS: readonly CaffeSeed[] = [
  seed('today', MODERN, MODERN_WEIGHTS, {}),
  seed('V1, one by one', OLD, OLD_WEIGHTS, { generation: 'V1', data: 'single', shape: 'legacy' }),
  seed('V0, doubles', OLD, OLD_WEIGHTS, { generation: 'V0', data: 'double', shape: 'legacy' }),
  seed('half floats', OLD, OLD_WEIGHTS, { data: 'half' }),
]

const NUMBERS = [
  '0',
  '1',
  '-1',
  '2',
  '3',
  '4',
  '5',
  '7',
  '8',
  '16',
  '33',
  '100',
  '4096',
  '65536',
  '99999',
  '4294967295',
  '0.5',
  '1e-9',
]
const VALUES = [
  '0',
  '1',
  '-1',
  '2',
  '3',
  '7',
  '100',
  '4096',
  '65536',
  '99999',
  '4294967295',
  '-2147483648',
  '1e9',
  '1e-9',
  '0.5',
  'nan',
  'inf',
  'true',
  'MAX',
  'TEST',
  '"data"',
  '"conv"',
  '"label"',
  '""',
  '{',
  '}',
  '[',
  ']',
  '<',
  '>',
  ':',
]

/** Words of the text exchanged, removed, doubled or replaced: what parses and means something else. */
export function damagedText(text: Uint8Array): fc.Arbitrary<Uint8Array> {
  const words = new TextDecoder().decode(text).match(/\s+|"[^"]*"|[\w.+-]+|[^\s\w]/g)!
  const at = fc.nat(words.length - 1)
  const numbers = words.flatMap((word, i) => (/^[\d.]+$/.test(word) ? [i] : []))
  const edit = fc.oneof(
    { weight: 8, arbitrary: fc.tuple(fc.constant('value'), fc.constantFrom(...numbers), fc.constantFrom(...NUMBERS)) },
    { weight: 4, arbitrary: fc.tuple(fc.constant('value'), at, fc.constantFrom(...VALUES)) },
    { weight: 3, arbitrary: fc.tuple(fc.constant('copy'), at, at) },
    fc.tuple(fc.constant('remove'), at, at),
    fc.tuple(fc.constant('double'), at, at),
  )
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => {
    const result = [...words]
    for (const [kind, i, value] of edits) {
      if (kind === 'value') result[i] = value
      else if (kind === 'copy') result[i] = words[value]
      else if (kind === 'remove') result[i] = ''
      else result[i] += ` ${result[i]}`
    }
    return new TextEncoder().encode(result.join(''))
  })
}
