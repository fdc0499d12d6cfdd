/** YAML text -> BuildConfig. */
import { parseYamlWithPlaces } from '../text/parse-yaml.ts'
import { accuracyTarget } from './accuracy-target.ts'
import { adjustmentsOf } from './adjustments.ts'
import { outputKindsOf } from './output-kinds.ts'
import { parseShape } from './check-input.ts'
import { optimizationEntries } from './check-requests.ts'
import { laterFeatures } from './later.ts'
import { configSchema, type GroupValues, type RawConfig } from './schema.ts'
import type { BuildConfig, CalibrationConfig, InputConfig, ModelConfig } from './types.ts'

export interface LoadOptions {
  /** What `--model-type` says; undefined leaves it to the YAML. */
  modelType?: 'onnx' | 'caffe' | undefined
  /** Log keys whose feature comes later instead of refusing them. */
  ignoreUnsupported: boolean
  /** `--bias-correction`; undefined leaves it to the YAML. */
  biasCorrection?: boolean | undefined
  /** `--search-budget`; undefined: 30. */
  searchBudget?: number | undefined
  /** `--int16`; undefined: auto. */
  int16?: 'auto' | 'forbidden' | undefined
  /** Makes a path of the YAML absolute: first against the YAML's folder, then the current one. */
  resolvePath(path: string): string
}

/** What the search may cost, in float runs over the calibration samples, where nobody says otherwise. */
const SEARCH_BUDGET = 30

/** Parse and check a YAML. Throws ConfigError listing every mistake as file:line:column. */
export function loadConfig(file: string, text: string, options: LoadOptions): BuildConfig {
  const { data: raw, errorAt, placeOf } = parseYamlWithPlaces(file, text, configSchema)
  const { warnings, refused } = laterFeatures(raw, options.ignoreUnsupported)
  if (refused.length > 0) {
    const fix = `${refused[0].instead}; or give --ignore-unsupported to build without it`
    throw errorAt('CONFIG_NOT_SUPPORTED_YET', refused, fix)
  }
  const model = modelConfig(raw.model_parameters, options)
  const kind = 'onnx' in model.files ? 'onnx' : 'caffe'
  if (options.modelType !== undefined && options.modelType !== kind) {
    const key = kind === 'onnx' ? 'onnx_model' : 'caffe_model'
    const message = `--model-type is ${options.modelType}, but the file names an ${kind} model (${key})`.replace(
      'an caffe',
      'a Caffe',
    )
    throw errorAt(
      'CONFIG_MODEL_TYPE',
      [{ path: ['model_parameters', key], message }],
      `leave --model-type out, or give ${options.modelType === 'caffe' ? 'prototxt and caffe_model' : 'onnx_model'}`,
    )
  }
  return {
    file,
    placeOf: (key) => placeOf(key.split('.')),
    model,
    inputs: inputConfigs(raw, options),
    calibration: calibrationConfig(raw, options),
    compiler: {
      compileMode: word(raw.compiler_parameters, 'compile_mode', 'latency'),
      debug: raw.compiler_parameters['debug'] === true,
      coreNum: number(raw.compiler_parameters, 'core_num', 1),
      optimizeLevel: word(raw.compiler_parameters, 'optimize_level', 'O0'),
      inputSource: (raw.compiler_parameters['input_source'] ?? {}) as Record<string, string>,
      maxTimePerFc: number(raw.compiler_parameters, 'max_time_per_fc', 0),
      jobs: raw.compiler_parameters['jobs'] as number | undefined,
      inputBatch: number(raw.input_parameters, 'input_batch', 1),
    },
    warnings: [...warnings, ...unusedNumbers(raw.input_parameters), ...unusedForms(raw.calibration_parameters)],
    dump: JSON.stringify(raw, null, 1),
  }
}

/** Mean and scale that norm_type leaves out: said, because a forgotten norm_type costs all accuracy and looks right. */
function unusedNumbers(group: GroupValues): string[] {
  return (['mean', 'scale'] as const).flatMap((what) => {
    const key = `${what}_value`
    const norms = list<string>(group, 'norm_type')
    return list<unknown>(group, key).flatMap((value, i) => {
      const norm = norms[i] ?? 'no_preprocess'
      const used =
        norm.includes(what) || (Array.isArray(value) && value.every((number) => number === (what === 'mean' ? 0 : 1)))
      return value === undefined || used ? [] : [`${key} is given, but norm_type: ${norm} does not use it`]
    })
  })
}

/** Wishes that only an explicit method takes; the manual has them so. */
function unusedForms(calibration: GroupValues): string[] {
  const type = word(calibration, 'calibration_type', 'default')
  if (type !== 'default' && type !== 'mix') return []
  const wishes = calibration['per_channel'] === true ? ['per_channel'] : []
  if (optimizationEntries(calibration).includes('asymmetric')) wishes.push('asymmetric')
  const why = (wish: string): string => {
    if (type === 'mix') return 'which does not combine with it'
    return wish === 'asymmetric'
      ? 'which tries centred codes by itself; zero points on march generic need kl, max or mse'
      : 'which tries it by itself'
  }
  return wishes.map((wish) => `${wish} has no effect with calibration_type: ${type}, ${why(wish)}`)
}

const word = (group: GroupValues, key: string, fallback: string): string =>
  (group[key] as string | undefined) ?? fallback
const number = (group: GroupValues, key: string, fallback: number): number =>
  (group[key] as number | undefined) ?? fallback
const list = <T>(group: GroupValues, key: string): readonly T[] => (group[key] as readonly T[] | undefined) ?? []

function modelConfig(group: GroupValues, { resolvePath }: LoadOptions): ModelConfig {
  const path = (key: string): string | undefined => {
    const value = group[key] as string | undefined
    return value === undefined ? undefined : resolvePath(value)
  }
  const onnx = path('onnx_model')
  return {
    files: onnx === undefined ? { prototxt: path('prototxt')!, caffemodel: path('caffe_model')! } : { onnx },
    march: group['march'] as ModelConfig['march'],
    prefix: word(group, 'output_model_file_prefix', 'model'),
    workingDir: resolvePath(word(group, 'working_dir', 'model_output')),
    layerOutDump: group['layer_out_dump'] === true,
    outputNodes: list(group, 'output_nodes'),
    removeNodeType: list(group, 'remove_node_type'),
    removeNodeName: list(group, 'remove_node_name'),
    int16Nodes: int16Nodes(group),
    debugMode: list(group, 'debug_mode'),
  }
}

/** Nodes with `'ON': 'CPU'` in node_info. */
function cpuNodes(model: GroupValues): string[] {
  const entries = Object.entries((model['node_info'] as object | undefined) ?? {})
  return entries.filter(([, wish]) => Reflect.get(Object(wish), 'ON') === 'CPU').map(([node]) => node)
}

/** Nodes that ask for int16 inputs, in either spelling. */
function int16Nodes(group: GroupValues): string[] {
  const entries = {
    ...(group['set_node_data_type'] as object | undefined),
    ...(group['node_info'] as object | undefined),
  }
  return Object.entries(entries)
    .filter(
      ([, wish]) =>
        wish === 'int16' || (typeof wish === 'object' && wish !== null && Object.values(wish).includes('int16')),
    )
    .map(([node]) => node)
}

function inputConfigs(raw: RawConfig, { resolvePath }: LoadOptions): InputConfig[] {
  const group = raw.input_parameters
  const types = list<InputConfig['typeTrain']>(group, 'input_type_train')
  return types.map((typeTrain, i): InputConfig => {
    const at = <T>(key: string, from: GroupValues = group): T | undefined => list<T>(from, key)[i]
    const normType = at<InputConfig['normType']>('norm_type') ?? 'no_preprocess'
    const shape = at<string>('input_shape')
    const folder = at<string>('cal_data_dir', raw.calibration_parameters)
    return {
      name: at('input_name'),
      shape: shape === undefined ? undefined : parseShape(shape),
      typeTrain,
      layoutTrain: at('input_layout_train')!,
      typeRt: at('input_type_rt')!,
      layoutRt: at('input_layout_rt'),
      spaceAndRange: at<InputConfig['spaceAndRange']>('input_space_and_range') ?? 'regular',
      normType,
      mean: normType.includes('mean') ? at('mean_value') : undefined,
      scale: normType.includes('scale') ? at('scale_value') : undefined,
      calDataDir: folder === undefined ? undefined : resolvePath(folder),
      calDataType:
        at('cal_data_type', raw.calibration_parameters) ??
        list<InputConfig['calDataType']>(raw.calibration_parameters, 'cal_data_type')[0],
    }
  })
}

function calibrationConfig(raw: RawConfig, options: LoadOptions): CalibrationConfig {
  const { calibration_parameters: group, model_parameters: model } = raw
  const optimization = optimizationEntries(group)
  return {
    type: word(group, 'calibration_type', 'default') as CalibrationConfig['type'],
    maxPercentile: number(group, 'max_percentile', 1),
    perChannel: group['per_channel'] === true,
    preprocessOn: group['preprocess_on'] === true,
    optimization,
    searchBudget: options.searchBudget ?? SEARCH_BUDGET,
    int16: options.int16 ?? 'auto',
    biasCorrection: options.biasCorrection ?? (optimization.includes('bias_correction') ? true : undefined),
    runOnCpu: [...list<string>(group, 'run_on_cpu'), ...cpuNodes(model)],
    runOnBpu: list(group, 'run_on_bpu'),
    outputKinds: outputKindsOf(group),
    adjustments: adjustmentsOf(group),
    accuracy: accuracyTarget(group, options.resolvePath),
  }
}
