/** YAMLs as they are found in the wild. */
import { describe, expect, test } from 'vitest'
import { GOOD, inCalibration, load, TWO } from '../../test/support/yaml-texts.ts'

test('the texts the mistakes are made in are right', () => {
  expect(load(GOOD).inputs).toHaveLength(1)
  expect(load(TWO).inputs).toHaveLength(2)
})

describe('keys whose feature comes later', () => {
  test('are ignored with a warning each where the user says so', () => {
    const text = inCalibration("run_on_bpu: 'softmax'\n  optimization: set_all_nodes_int16")
    expect(load(text, { ignoreUnsupported: true }).warnings).toMatchInlineSnapshot(`
      [
        "read, but without effect in this version: compiler_parameters.compile_mode",
        "optimization: set_all_nodes_int16 is not supported yet and was ignored (--ignore-unsupported)",
        "run_on_bpu is not supported yet and was ignored (--ignore-unsupported)",
      ]
    `)
  })
  test('that are switched off need no feature', () => {
    expect(load(inCalibration('per_channel: False')).warnings).toEqual([
      'read, but without effect in this version: compiler_parameters.compile_mode',
    ])
  })
})

test('per_channel and asymmetric belong to explicit methods', () => {
  const wishes = "per_channel: True\n  optimization: 'asymmetric'"
  expect(load(inCalibration(wishes)).warnings).toMatchInlineSnapshot(`
    [
      "read, but without effect in this version: compiler_parameters.compile_mode",
      "per_channel has no effect with calibration_type: default, which tries it by itself",
      "asymmetric has no effect with calibration_type: default, which tries centred codes by itself; zero points on march generic need kl, max or mse",
    ]
  `)
  const config = load(inCalibration(`calibration_type: 'kl'\n  ${wishes}`))
  expect(config.warnings).toHaveLength(1)
  expect(config.calibration).toMatchObject({ perChannel: true, optimization: ['asymmetric'] })
})

test('mix is known, load is not', () => {
  expect(load(inCalibration("calibration_type: 'mix'")).calibration.type).toBe('mix')
  expect(() => load(inCalibration("calibration_type: 'load'"))).toThrow('calibration_type: load is not supported yet')
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
    expect(config.model).toMatchObject({ files: { onnx: '/at/./mobilenet.onnx' }, march: 'bayes' })
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
