/** What a user reads for a wrong YAML, and YAMLs as they are found in the wild. */
import { describe, expect, test } from 'vitest'
import { ConfigError } from '../errors.ts'
import { loadConfig } from './load.ts'
import type { BuildConfig } from './types.ts'

const GOOD = `model_parameters:
  onnx_model: 'net.onnx'
  march: 'bayes'
input_parameters:
  input_name: ''
  input_shape: ''
  input_type_train: 'rgb'
  input_layout_train: 'NCHW'
  input_type_rt: 'nv12'
  norm_type: 'data_mean_and_scale'
  mean_value: '123.68 116.78 103.94'
  scale_value: '0.017'
calibration_parameters:
  cal_data_dir: './cal'
compiler_parameters:
  compile_mode: 'latency'
`
const TWO = `model_parameters:
  onnx_model: 'two.onnx'
  march: 'bayes'
input_parameters:
  input_name: 'left; right'
  input_shape: '1x3x64x64; 1x64x64x3'
  input_type_train: 'bgr;rgb'
  input_layout_train: 'NCHW;NHWC'
  input_type_rt: 'bgr;rgb'
calibration_parameters:
  cal_data_dir: './left;./right'
  cal_data_type: 'uint8;float32'
`

const withShape = (shape: string): string => GOOD.replace("input_shape: ''", `input_shape: '${shape}'`)
const inCalibration = (line: string): string => GOOD.replace("'./cal'", `'./cal'\n  ${line}`)

function load(text: string, ignoreUnsupported = false): BuildConfig {
  return loadConfig('net.yaml', text, { modelType: 'onnx', ignoreUnsupported, resolvePath: (path) => `/at/${path}` })
}

/** What the terminal shows of the error. */
function answer(text: string): string {
  try {
    load(text)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [error.code, `${error.where} ${error.message}`, error.detail, `fix: ${error.fix}`].filter(Boolean).join('\n')
  }
  throw new Error('the YAML was accepted')
}

test('the texts the mistakes are made in are right', () => {
  expect(load(GOOD).inputs).toHaveLength(1)
  expect(load(TWO).inputs).toHaveLength(2)
})

describe('mistakes', () => {
  test('an empty file', () => {
    expect(answer('')).toMatchInlineSnapshot(`
      "CONFIG_EMPTY
      net.yaml the file is empty: it holds no keys
      fix: check that this is the right file and that it was saved; \`openmapper init MODEL.onnx\` writes a configuration"
    `)
  })
  test('a file of comments', () => {
    expect(answer('# nothing yet\n')).toMatchInlineSnapshot(`
      "CONFIG_EMPTY
      net.yaml the file is empty: it holds no keys
      fix: check that this is the right file and that it was saved; \`openmapper init MODEL.onnx\` writes a configuration"
    `)
  })
  test('another kind of file', () => {
    expect(answer('<!DOCTYPE html><html></html>\n')).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:1:1 expected lines like key: value
      <!DOCTYPE html><html></html>
      ^
      fix: correct this line"
    `)
  })
  test('a tab as indentation', () => {
    expect(answer(GOOD.replace('  march', '\tmarch'))).toMatchInlineSnapshot(`
      "CONFIG_YAML_SYNTAX
      net.yaml:3:1 this line begins with a tab: YAML is indented with spaces only
      	march: 'bayes'
      ^
      fix: correct this line"
    `)
  })
  test('a key twice', () => {
    expect(answer(GOOD.replace("  march: 'bayes'", "  march: 'bayes'\n  march: 'generic'"))).toMatchInlineSnapshot(`
      "CONFIG_YAML_SYNTAX
      net.yaml:4:3 this key stands twice in its group: keep one
        march: 'generic'
        ^
      fix: correct this line"
    `)
  })
  test('a missing quote', () => {
    expect(answer(GOOD.replace("'bayes'", "'bayes"))).toMatchInlineSnapshot(`
      "CONFIG_YAML_SYNTAX
      net.yaml:3:16 Missing closing 'quote
        march: 'bayes
                     ^
      fix: correct this line"
    `)
  })
  test('a missing colon', () => {
    expect(answer(GOOD.replace('march: ', 'march '))).toMatchInlineSnapshot(`
      "CONFIG_YAML_SYNTAX
      net.yaml:3:3 expected key: value with a colon and a space
        march 'bayes'
        ^
      fix: correct this line"
    `)
  })
  test('uneven indentation', () => {
    expect(answer(GOOD.replace('  march', '   march'))).toMatchInlineSnapshot(`
      "CONFIG_YAML_SYNTAX
      net.yaml:3:1 the keys of one group must begin in the same column
         march: 'bayes'
      ^
      fix: correct this line"
    `)
  })
  test('a star without quotes', () => {
    expect(answer(GOOD.replace("'net.onnx'", '*.onnx'))).toMatchInlineSnapshot(`
      "CONFIG_YAML_SYNTAX
      net.yaml:2:15 a value that begins with * is a reference to a YAML anchor (&)
        onnx_model: *.onnx
                    ^
      fix: put the value into quotes if it is meant as text"
    `)
  })
  test('a march typo', () => {
    expect(answer(GOOD.replace('bayes', 'bayess'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:3:10 'march' is 'bayess': did you mean 'bayes'?
        march: 'bayess'
               ^
      fix: correct this line"
    `)
  })
  test('an unknown march', () => {
    expect(answer(GOOD.replace('bayes', 'x5'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:3:10 'march' is 'x5': known are bernoulli2, bayes, bayes-e, generic
        march: 'x5'
               ^
      fix: correct this line"
    `)
  })
  test('a key typo comes before what is missing because of it', () => {
    expect(answer(GOOD.replace('mean_value', 'mean_values'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:11:3 unknown key 'mean_values': did you mean 'mean_value'?
        mean_values: '123.68 116.78 103.94'
        ^
      net.yaml:4:1 'mean_value' is missing in input_parameters: norm_type data_mean_and_scale needs it
      input_parameters:
      ^
      fix: correct these 2 places"
    `)
  })
  test('a group typo', () => {
    expect(answer(GOOD.replace('calibration_parameters', 'calibration_parameter'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:13:1 unknown key 'calibration_parameter': did you mean 'calibration_parameters'?
      calibration_parameter:
      ^
      net.yaml:1:1 'cal_data_dir' is missing in calibration_parameters: a folder of calibration samples, about 100
      model_parameters:
      ^
      fix: correct these 2 places"
    `)
  })
  test('a group that is text', () => {
    expect(answer(GOOD.replace(/calibration_parameters:\n.*/, 'calibration_parameters: ./cal'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:13:25 'calibration_parameters' is a group: its keys stand indented below it
      calibration_parameters: ./cal
                              ^
      fix: correct this line"
    `)
  })
  test('layouts swapped', () => {
    expect(answer(withShape('1x224x224x3'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:8:23 the shape 1x224x224x3 looks like NHWC, not NCHW (rgb has 3 channels)
        input_layout_train: 'NCHW'
                            ^
      fix: correct this line"
    `)
  })
  test('two layouts swapped', () => {
    expect(answer(TWO.replace("'NCHW;NHWC'", "'NHWC;NCHW'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:8:23 the shape 1x3x64x64 looks like NCHW, not NHWC (bgr has 3 channels)
        input_layout_train: 'NHWC;NCHW'
                            ^
      net.yaml:8:23 the shape 1x64x64x3 looks like NHWC, not NCHW (rgb has 3 channels)
        input_layout_train: 'NHWC;NCHW'
                            ^
      fix: correct these 2 places"
    `)
  })
  test('an odd size for nv12', () => {
    expect(answer(withShape('1x3x225x224'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:6:16 nv12 needs even height and width, not 225 x 224
        input_shape: '1x3x225x224'
                     ^
      fix: correct this line"
    `)
  })
  test('a shape with a hole', () => {
    expect(answer(withShape('1x3x224x'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:6:16 '1x3x224x' is no shape: write it like 1x3x224x224
        input_shape: '1x3x224x'
                     ^
      fix: correct this line"
    `)
  })
  test('a shape with zero', () => {
    expect(answer(withShape('1x3x0x224'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:6:16 '1x3x0x224' is no shape: write it like 1x3x224x224
        input_shape: '1x3x0x224'
                     ^
      fix: correct this line"
    `)
  })
  test('channels that do not fit the colour', () => {
    expect(answer(withShape('1x4x224x224'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:6:16 1x4x224x224 has 4 channels in NCHW, but rgb has 3
        input_shape: '1x4x224x224'
                     ^
      fix: correct this line"
    `)
  })
  test('three dimensions for an image', () => {
    expect(answer(withShape('3x224x224'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:6:16 3x224x224 has 3 dimensions, an image has 4: use featuremap, or correct it
        input_shape: '3x224x224'
                     ^
      fix: correct this line"
    `)
  })
  test('a mean list of wrong length', () => {
    expect(answer(GOOD.replace('123.68 116.78 103.94', '123.68 116.78'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:11:15 'mean_value' has 2 numbers for 3 channel(s): give one number, or 3 separated by spaces
        mean_value: '123.68 116.78'
                    ^
      fix: correct this line"
    `)
  })
  test('a mean list with decimal commas', () => {
    expect(answer(GOOD.replace('123.68 116.78 103.94', '123,68 x'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:11:15 'mean_value' takes numbers separated by spaces, not '123,68 x'
        mean_value: '123,68 x'
                    ^
      fix: correct this line"
    `)
  })
  test('channels separated as inputs are', () => {
    expect(answer(GOOD.replace('123.68 116.78 103.94', '123.68;116.78;103.94'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:11:15 'mean_value' has 3 value(s), but there are 1 input(s): separate the numbers of one input by spaces, inputs by ;
        mean_value: '123.68;116.78;103.94'
                    ^
      fix: correct this line"
    `)
  })
  test('a scale of zero', () => {
    expect(answer(GOOD.replace('0.017', '0'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:12:16 'scale_value' is 0: give 1 / standard deviation, it multiplies
        scale_value: '0'
                     ^
      fix: correct this line"
    `)
  })
  test('an infinite scale', () => {
    expect(answer(GOOD.replace('0.017', '1e999'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:12:16 'scale_value' takes numbers separated by spaces, not '1e999'
        scale_value: '1e999'
                     ^
      fix: correct this line"
    `)
  })
  test('mean without its values', () => {
    expect(answer(GOOD.replace(/ *mean_value.*\n/, ''))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:4:1 'mean_value' is missing in input_parameters: norm_type data_mean_and_scale needs it
      input_parameters:
      ^
      fix: add the key"
    `)
  })
  test('a pair that does not go together', () => {
    expect(answer(GOOD.replace('nv12', 'gray'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:9:18 a model trained on rgb cannot be fed with gray; possible: nv12, yuv444, rgb, bgr
        input_type_rt: 'gray'
                       ^
      fix: correct this line"
    `)
  })
  test('gray fed with nv12', () => {
    expect(answer(GOOD.replace("'rgb'", "'gray'").replace('123.68 116.78 103.94', '128'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:9:18 a model trained on gray cannot be fed with nv12; possible: gray
        input_type_rt: 'nv12'
                       ^
      fix: correct this line"
    `)
  })
  test('video range without nv12', () => {
    expect(answer(GOOD.replace("'nv12'", "'rgb'\n  input_space_and_range: 'bt601_video'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:10:26 bt601_video goes with input_type_rt: nv12 only
        input_space_and_range: 'bt601_video'
                               ^
      fix: correct this line"
    `)
  })
  test('both kinds of model', () => {
    expect(answer(GOOD.replace('  march', "  prototxt: 'a.prototxt'\n  caffe_model: 'a.caffemodel'\n  march")))
      .toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:3:13 give either onnx_model or prototxt and caffe_model, not both
        prototxt: 'a.prototxt'
                  ^
      fix: correct this line"
    `)
  })
  test('half of a Caffe model', () => {
    expect(answer(GOOD.replace("onnx_model: 'net.onnx'", "caffe_model: 'a.caffemodel'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:1:1 'prototxt' is missing in model_parameters: it belongs to caffe_model
      model_parameters:
      ^
      fix: add the key"
    `)
  })
  test('a Caffe model', () => {
    expect(answer(GOOD.replace("onnx_model: 'net.onnx'", "prototxt: 'a.prototxt'\n  caffe_model: 'a.caffemodel'")))
      .toMatchInlineSnapshot(`
      "CONFIG_CAFFE_LATER
      net.yaml Caffe models are not supported yet
      fix: convert the model to ONNX and use onnx_model with --model-type onnx"
    `)
  })
  test('three missing keys', () => {
    expect(answer(GOOD.replace(/ *(march|input_type_train|cal_data_dir).*\n/g, ''))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:1:1 'march' is missing in model_parameters: bernoulli2, bayes, bayes-e or generic
      model_parameters:
      ^
      net.yaml:3:1 'input_type_train' is missing in input_parameters
      input_parameters:
      ^
      net.yaml:11:1 'cal_data_dir' is missing in calibration_parameters: a folder of calibration samples, about 100
      calibration_parameters:
      ^
      fix: add these 3 keys"
    `)
  })
  test('one count of several wrong', () => {
    expect(answer(TWO.replace("rt: 'bgr;rgb'", "rt: 'bgr'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:9:18 'input_type_rt' has 1 value(s), but there are 2 input(s): give one per input, separated by ;
        input_type_rt: 'bgr'
                       ^
      fix: correct this line"
    `)
  })
  test('a name too many', () => {
    expect(answer(GOOD.replace("input_name: ''", "input_name: 'a;b'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:5:15 'input_name' has 2 value(s), but there are 1 input(s): give one per input, separated by ;
        input_name: 'a;b'
                    ^
      fix: correct this line"
    `)
  })
  test('an empty entry of a list', () => {
    expect(answer(TWO.replace("rt: 'bgr;rgb'", "rt: ';rgb'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:9:18 'input_type_rt' has an empty value: give one per input, separated by ;
        input_type_rt: ';rgb'
                       ^
      fix: correct this line"
    `)
  })
  test('folders that do not match the inputs', () => {
    expect(answer(GOOD.replace("'./cal'", "'./cal;./other'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:14:17 'cal_data_dir' has 2 folder(s) for 1 input(s): give one per input, separated by ;
        cal_data_dir: './cal;./other'
                      ^
      fix: correct this line"
    `)
  })
  test('data types that do not match the inputs', () => {
    expect(answer(TWO.replace("'uint8;float32'", "'uint8;float32;uint8'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:12:18 'cal_data_type' has 3 value(s) for 2 input(s): give one, or one per input, separated by ;
        cal_data_type: 'uint8;float32;uint8'
                       ^
      fix: correct this line"
    `)
  })
  test('a percentile in percent', () => {
    expect(answer(inCalibration('max_percentile: 99.99'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:15:19 'max_percentile' is 99.99, out of its range 0 to 1
        max_percentile: 99.99
                        ^
      fix: correct this line"
    `)
  })
  test('an unknown method', () => {
    expect(answer(inCalibration('calibration_type: percentile'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:15:21 'calibration_type' is 'percentile': known are default, mix, kl, max, mse, load, skip
        calibration_type: percentile
                          ^
      fix: correct this line"
    `)
  })
  test('a switch that is no boolean', () => {
    expect(answer(inCalibration('preprocess_on: yes'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:15:18 'preprocess_on' takes True or False, not 'yes'
        preprocess_on: yes
                       ^
      fix: correct this line"
    `)
  })
  test('a misspelled optimization', () => {
    expect(answer(inCalibration("optimization: 'bias_corection'"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:15:17 'optimization' has the entry 'bias_corection': did you mean 'bias_correction'?
        optimization: 'bias_corection'
                      ^
      fix: correct this line"
    `)
  })
  test('a YAML list', () => {
    expect(answer(GOOD.replace("'nv12'", '[nv12]'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:9:3 'input_type_rt' takes rgb, bgr, yuv444, nv12, gray, featuremap (one per input, separated by ;), not a YAML list
        input_type_rt: [nv12]
        ^
      fix: correct this line"
    `)
  })
  test('half a thread', () => {
    expect(answer(GOOD.replace("compile_mode: 'latency'", 'jobs: 1.5'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:16:9 'jobs' takes a whole number, not 1.5
        jobs: 1.5
              ^
      fix: correct this line"
    `)
  })
  test('an input source without its input', () => {
    expect(answer(GOOD.replace("compile_mode: 'latency'", 'input_source: ddr'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:16:17 'input_source' needs the name of the input: {"name": "ddr"}
        input_source: ddr
                      ^
      fix: correct this line"
    `)
  })
  test('a node type that does not exist', () => {
    expect(answer(GOOD.replace('  march', "  node_info: {'conv1': {'InputType': 'int17'}}\n  march")))
      .toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:3:3 'node_info' of node 'conv1': InputType takes int8 or int16, not 'int17'
        node_info: {'conv1': {'InputType': 'int17'}}
        ^
      fix: correct this line"
    `)
  })
  test('keys whose feature comes later', () => {
    expect(answer(inCalibration("calibration_type: 'load'\n  run_on_cpu: 'softmax'"))).toMatchInlineSnapshot(`
      "CONFIG_NOT_SUPPORTED_YET
      net.yaml:15:21 calibration_type: load is not supported yet
        calibration_type: 'load'
                          ^
      net.yaml:16:15 run_on_cpu is not supported yet
        run_on_cpu: 'softmax'
                    ^
      fix: use calibration_type: default with calibration data; or give --ignore-unsupported to build without it"
    `)
  })
  test('a batch, which comes later', () => {
    expect(answer(GOOD.replace("input_shape: ''", 'input_batch: 4'))).toMatchInlineSnapshot(`
      "CONFIG_NOT_SUPPORTED_YET
      net.yaml:6:16 input_batch: 4 is not supported yet
        input_batch: 4
                     ^
      fix: leave it out: the ONNX files have batch 1 in any case; or give --ignore-unsupported to build without it"
    `)
  })
})

describe('keys whose feature comes later', () => {
  test('are ignored with a warning each where the user says so', () => {
    const text = inCalibration("run_on_cpu: 'softmax'\n  per_channel: True")
    expect(load(text, true).warnings).toMatchInlineSnapshot(`
      [
        "read, but without effect in this version: compiler_parameters.compile_mode",
        "per_channel is not supported yet and was ignored (--ignore-unsupported)",
        "run_on_cpu is not supported yet and was ignored (--ignore-unsupported)",
      ]
    `)
  })
  test('that are switched off need no feature', () => {
    expect(load(inCalibration('per_channel: False')).warnings).toEqual([
      'read, but without effect in this version: compiler_parameters.compile_mode',
    ])
  })
})

describe('templates as vendors ship them', () => {
  test('mobilenet: bgr, nv12, everything optional empty', () => {
    const config = load(`# MobileNet v1
model_parameters:
  caffe_model: ''
  prototxt: ""
  onnx_model: './mobilenet.onnx'
  march: "bayes"
  layer_out_dump: False
  log_level: 'debug'
  working_dir: 'model_output'
  output_model_file_prefix: 'mobilenet_224x224_nv12'
input_parameters:
  input_name: ""
  input_type_rt: 'nv12'
  input_layout_rt: ''
  input_type_train: 'bgr'
  input_layout_train: 'NCHW'
  input_shape: ''
  norm_type: 'data_mean_and_scale'
  mean_value: 103.94 116.78 123.68
  scale_value: 0.017
calibration_parameters:
  cal_data_dir: './calibration_data_bgr_f32'
  preprocess_on: False
  calibration_type: 'max'
  max_percentile: 0.9999
compiler_parameters:
  compile_mode: 'latency'
  debug: False
  core_num: 1
  optimize_level: 'O3'
`)
    expect(config.model).toMatchObject({ onnxModel: '/at/./mobilenet.onnx', prototxt: undefined, march: 'bayes' })
    expect(config.inputs).toMatchObject([
      { name: undefined, shape: undefined, layoutRt: undefined, mean: [103.94, 116.78, 123.68], scale: [0.017] },
    ])
    expect(config.calibration).toMatchObject({ type: 'max', maxPercentile: 0.9999 })
    expect(config.compiler.optimizeLevel).toBe('O3')
    expect(config.warnings.join()).toContain('model_parameters.log_level')
  })
  test('googlenet: rgb fed with rgb, mean only', () => {
    const config = load(`model_parameters: {onnx_model: googlenet.onnx, march: Bernoulli2}
input_parameters:
  input_type_train: RGB
  input_layout_train: nchw
  input_type_rt: rgb
  input_layout_rt: NHWC
  norm_type: data_mean
  mean_value: 123.0 117.0 104.0;
calibration_parameters: {cal_data_dir: cal, calibration_type: kl}
`)
    expect(config.model).toMatchObject({ march: 'bernoulli2', prefix: 'model', workingDir: '/at/model_output' })
    expect(config.inputs).toMatchObject([
      { typeTrain: 'rgb', layoutTrain: 'NCHW', layoutRt: 'NHWC', mean: [123, 117, 104], scale: undefined },
    ])
  })
  test('yolov3: scale only, picture folder, input source', () => {
    const config = load(`model_parameters:
  onnx_model: yolov3.onnx
  march: bayes-e
input_parameters:
  input_name: data
  input_shape: 1x3x416x416
  input_type_train: rgb
  input_layout_train: NCHW
  input_type_rt: nv12
  norm_type: data_scale
  scale_value: 0.003921568627451
  input_batch: 1
calibration_parameters:
  cal_data_dir: ./coco
  preprocess_on: True
  calibration_type: default
compiler_parameters:
  input_source: {"data": "pyramid"}
  max_time_per_fc: 1000
  jobs: 4
`)
    expect(config.inputs).toMatchObject([{ name: 'data', shape: [1, 3, 416, 416], mean: undefined }])
    expect(config.inputs[0].scale).toEqual([0.003921568627451])
    expect(config.calibration.preprocessOn).toBe(true)
    expect(config.compiler).toMatchObject({ inputSource: { data: 'pyramid' }, maxTimePerFc: 1000, jobs: 4 })
  })
  test('unet: yuv444 NHWC, deprecated node types', () => {
    const config = load(`model_parameters:
  onnx_model: unet.onnx
  march: bayes
  set_node_data_type: 'Conv_1:int16;Conv_2:int16'
input_parameters:
  input_type_train: yuv444
  input_layout_train: NHWC
  input_type_rt: yuv444
  input_layout_rt: NHWC
  input_space_and_range: regular
  input_shape: 1x1024x2048x3
  norm_type: data_scale
  scale_value: 0.0078125
calibration_parameters:
  cal_data_dir: ./cityscapes_yuv444
  cal_data_type: uint8
  optimization: ''
`)
    expect(config.model.int16Nodes).toEqual(['Conv_1', 'Conv_2'])
    expect(config.inputs).toMatchObject([{ layoutTrain: 'NHWC', calDataType: 'uint8' }])
  })
  test('lenet: gray, random data', () => {
    const config = load(`model_parameters:
  onnx_model: lenet.onnx
  march: bernoulli2
input_parameters:
  input_type_train: gray
  input_layout_train: NCHW
  input_type_rt: gray
  norm_type: data_scale
  scale_value: 0.00390625
  input_shape: 1x1x28x28
calibration_parameters:
  calibration_type: skip
`)
    expect(config.calibration.type).toBe('skip')
    expect(config.inputs).toMatchObject([{ typeTrain: 'gray', scale: [0.00390625], calDataDir: undefined }])
  })
  test('two featuremaps, one of them without normalisation', () => {
    const config = load(`model_parameters:
  onnx_model: fusion.onnx
  march: bayes
  node_info: {'Conv_7': {'InputType': 'int16'}}
input_parameters:
  input_name: 'camera; lidar'
  input_shape: '1x64x40x80; 1x32x100'
  input_type_train: 'featuremap;featuremap'
  input_layout_train: 'NCHW;NCHW;'
  input_type_rt: 'featuremap;featuremap'
  norm_type: 'data_mean;no_preprocess'
  mean_value: '0.5;None'
calibration_parameters:
  cal_data_dir: './camera_f32;./lidar_f32'
  cal_data_type: float32
`)
    expect(config.inputs).toMatchObject([
      { name: 'camera', mean: [0.5], calDataDir: '/at/./camera_f32', calDataType: 'float32' },
      { name: 'lidar', shape: [1, 32, 100], mean: undefined, calDataDir: '/at/./lidar_f32', calDataType: 'float32' },
    ])
    expect(config.model.int16Nodes).toEqual(['Conv_7'])
  })
})
