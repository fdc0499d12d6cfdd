/** The YAML after validation: every list split per input, defaults filled, paths absolute. Made by `load.ts`. */

import type { OutputKind } from '../search/error/measure.ts'
import type { SourcePlace } from '../text/parse-yaml.ts'

export const MARCHES = ['bernoulli2', 'bayes', 'bayes-e', 'generic'] as const
export type March = (typeof MARCHES)[number]

export const TRAIN_TYPES = ['rgb', 'bgr', 'yuv444', 'gray', 'featuremap'] as const
export type TrainType = (typeof TRAIN_TYPES)[number]
export const RUNTIME_TYPES = ['rgb', 'bgr', 'yuv444', 'nv12', 'gray', 'featuremap'] as const
export type RuntimeType = (typeof RUNTIME_TYPES)[number]
export type Layout = 'NCHW' | 'NHWC'
export type SpaceAndRange = 'regular' | 'bt601_video'
export type NormType = 'no_preprocess' | 'data_mean' | 'data_scale' | 'data_mean_and_scale'
export type CalibrationType = 'default' | 'mix' | 'kl' | 'max' | 'mse' | 'load' | 'skip'

/** One model input as the YAML describes it. `name`/`shape` may be left to the model (undefined). */
export interface InputConfig {
  name: string | undefined
  shape: readonly number[] | undefined
  typeTrain: TrainType
  layoutTrain: Layout
  typeRt: RuntimeType
  layoutRt: Layout | undefined
  spaceAndRange: SpaceAndRange
  normType: NormType
  /** One number or one per channel; undefined where the norm type has none. Arithmetic: (pixel - mean) * scale. */
  mean: readonly number[] | undefined
  scale: readonly number[] | undefined
  calDataDir: string | undefined
  calDataType: 'float32' | 'uint8' | undefined
}

/** One input with name and shape settled against the model. */
export interface ResolvedInput extends InputConfig {
  name: string
  /** Four dimensions in train layout for images; any rank for a featuremap. */
  shape: readonly number[]
}

export interface CalibrationConfig {
  type: CalibrationType
  maxPercentile: number
  perChannel: boolean
  preprocessOn: boolean
  /** Entries of `optimization`, e.g. `set_model_output_int8`, `bias_correction`. */
  optimization: readonly string[]
  /** `--bias-correction on|off` or the YAML's word; undefined = tried and kept when it helps. */
  biasCorrection: boolean | undefined
  /** What the search of `default` may cost, in float runs over the calibration samples; 0 = none. */
  searchBudget: number
  /** Whether the search may raise activations to int16. */
  int16: 'auto' | 'forbidden'
  runOnCpu: readonly string[]
  runOnBpu: readonly string[]
  /** How the search judges outputs, by name; others are recognised. */
  outputKinds?: ReadonlyMap<string, OutputKind> | undefined
  /** Changes to what calibration found, by tensor or node. */
  adjustments?: Adjustments | undefined
  /** How far INT8 may fall behind float for `tune`, and on what that is measured. */
  accuracy?: AccuracyTarget | undefined
}

/** `CPU` leaves a node in float; a threshold is of a tensor, with the bits of its codes. */
export type Adjustment = 'CPU' | { threshold: number; bits: 8 | 16 }
export type Adjustments = ReadonlyMap<string, Adjustment>

export interface AccuracyTarget {
  /** Largest drop of the headline metric, as a share: 0.5 points are 0.005. */
  drop: number
  /** Path of the model card; undefined: given on the command line. */
  card: string | undefined
  /** Folder of the data set; undefined: where it is looked for otherwise. */
  data: string | undefined
}

/** The files of a float model: one, or the two of Caffe. */
export type ModelFiles = { onnx: string } | { prototxt: string; caffemodel: string }

export interface ModelConfig {
  files: ModelFiles
  march: March
  prefix: string
  workingDir: string
  layerOutDump: boolean
  outputNodes: readonly string[]
  removeNodeType: readonly string[]
  removeNodeName: readonly string[]
  /** Node name -> int16 request from `node_info` / `set_node_data_type`. */
  int16Nodes: readonly string[]
  debugMode: readonly string[]
}

export interface CompilerConfig {
  compileMode: string
  debug: boolean
  coreNum: number
  optimizeLevel: string
  inputSource: Readonly<Record<string, string>>
  maxTimePerFc: number
  jobs: number | undefined
  inputBatch: number
}

export interface BuildConfig {
  /** Path of the YAML, for messages; undefined when the config was made by a program. */
  file: string | undefined
  model: ModelConfig
  inputs: readonly InputConfig[]
  calibration: CalibrationConfig
  compiler: CompilerConfig
  /** Where a key stands in the YAML, given as `group.key`; undefined when the config was made by a program. */
  placeOf?(key: string): SourcePlace
  /** One line per key that is read but changes nothing. */
  warnings: readonly string[]
  /** The YAML's own content with keys sorted, for the log's `Dump config:`. */
  dump: string
}
