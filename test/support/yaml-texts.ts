/** Right YAMLs to make mistakes in, and what the terminal shows of an error. */
import { ConfigError } from '../../src/errors.ts'
import { loadConfig, type LoadOptions } from '../../src/config/load.ts'
import type { BuildConfig } from '../../src/config/types.ts'

/** One input. */
export const GOOD = `model_parameters:
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
/** Two inputs of different layouts. */
export const TWO = `model_parameters:
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

export const withShape = (shape: string): string => GOOD.replace("input_shape: ''", `input_shape: '${shape}'`)
export const inCalibration = (line: string): string => GOOD.replace("'./cal'", `'./cal'\n  ${line}`)

/** Load with paths below /at. */
export function load(text: string, options: Partial<LoadOptions> = {}): BuildConfig {
  return loadConfig('net.yaml', text, { ignoreUnsupported: false, ...options, resolvePath: (path) => `/at/${path}` })
}

/** What the terminal shows of the error. */
export function answer(text: string, options: Partial<LoadOptions> = {}): string {
  try {
    load(text, options)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return [error.code, `${error.where} ${error.message}`, error.detail, `fix: ${error.fix}`].filter(Boolean).join('\n')
  }
  throw new Error('the YAML was accepted')
}
