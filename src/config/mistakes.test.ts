/** What a user reads for a wrong YAML. */
import { describe, expect, test } from 'vitest'
import { answer, GOOD, inCalibration, load } from '../../test/support/yaml-texts.ts'

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
  test('a key typo, without what is missing because of it', () => {
    expect(answer(GOOD.replace('mean_value', 'mean_values'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:11:3 unknown key 'mean_values': did you mean 'mean_value'?
        mean_values: '123.68 116.78 103.94'
        ^
      fix: correct this line"
    `)
  })
  test('a group typo', () => {
    expect(answer(GOOD.replace('calibration_parameters', 'calibration_parameter'))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:13:1 unknown key 'calibration_parameter': did you mean 'calibration_parameters'?
      calibration_parameter:
      ^
      fix: correct this line"
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
  test('--model-type says Caffe, the file names an ONNX model', () => {
    expect(answer(GOOD, { modelType: 'caffe' })).toMatchInlineSnapshot(`
      "CONFIG_MODEL_TYPE
      net.yaml:2:15 --model-type is caffe, but the file names an onnx model (onnx_model)
        onnx_model: 'net.onnx'
                    ^
      fix: leave --model-type out, or give prototxt and caffe_model"
    `)
  })
  test('--model-type says ONNX, the file names a Caffe model', () => {
    const caffe = GOOD.replace("onnx_model: 'net.onnx'", "prototxt: 'a.prototxt'\n  caffe_model: 'a.caffemodel'")
    expect(answer(caffe, { modelType: 'onnx' })).toMatchInlineSnapshot(`
      "CONFIG_MODEL_TYPE
      net.yaml:3:16 --model-type is onnx, but the file names a Caffe model (caffe_model)
        caffe_model: 'a.caffemodel'
                     ^
      fix: leave --model-type out, or give onnx_model"
    `)
    expect(load(caffe).model.files).toEqual({ prototxt: '/at/a.prototxt', caffemodel: '/at/a.caffemodel' })
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
  test('a type of node that cannot be removed', () => {
    expect(answer(GOOD.replace('  march', "  remove_node_type: 'Dequantise'\n  march"))).toMatchInlineSnapshot(`
      "CONFIG_INVALID
      net.yaml:3:21 'remove_node_type' is 'Dequantise': did you mean 'Dequantize'?
        remove_node_type: 'Dequantise'
                          ^
      fix: correct this line"
    `)
  })
  test('keys whose feature comes later', () => {
    expect(answer(inCalibration("calibration_type: 'load'\n  run_on_bpu: 'softmax'"))).toMatchInlineSnapshot(`
      "CONFIG_NOT_SUPPORTED_YET
      net.yaml:15:21 calibration_type: load is not supported yet
        calibration_type: 'load'
                          ^
      net.yaml:16:15 run_on_bpu is not supported yet
        run_on_bpu: 'softmax'
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
