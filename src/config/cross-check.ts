/** Rules between keys of the YAML. Each mistake names the key it is shown at. */
import type { PlacedMistake } from '../text/parse-yaml.ts'
import { checkAccuracyTarget } from './accuracy-target.ts'
import { checkAdjustments } from './adjustments.ts'
import { checkOutputKinds } from './output-kinds.ts'
import { checkInputSource, checkNodeInfo, checkOptimization, checkRemovals } from './check-requests.ts'
import { checkInput } from './check-input.ts'
import type { GroupName } from './keys/index.ts'
import type { GroupValues, RawConfig } from './schema.ts'

/** Adds a mistake. */
export type Add = (group: GroupName, key: string, message: string) => void

/** All mistakes of a configuration whose single values are valid. */
export function crossCheck(config: RawConfig): PlacedMistake[] {
  const mistakes: PlacedMistake[] = []
  const add: Add = (group, key, message) => void mistakes.push({ path: [group, key], message })
  checkModel(config.model_parameters, add)
  checkNodeInfo(config.model_parameters, add)
  checkRemovals(config.model_parameters, add)
  const count = checkCounts(config, add)
  for (let i = 0; i < count; i++) checkInput(config.input_parameters, i, add)
  checkCalibration(config, add)
  checkOptimization(config.calibration_parameters, add)
  checkAdjustments(config.calibration_parameters, add)
  checkOutputKinds(config.calibration_parameters, add)
  checkAccuracyTarget(config.calibration_parameters, add)
  checkInputSource(config.compiler_parameters, add)
  checkFunctionCall(config.compiler_parameters, add)
  return mistakes
}

function checkModel(model: GroupValues, add: Add): void {
  const group = 'model_parameters'
  if (model['march'] === undefined) {
    add(group, 'march', `'march' is missing in ${group}: bernoulli2, bayes, bayes-e or generic`)
  }
  const caffe = ['prototxt', 'caffe_model'].filter((key) => model[key] !== undefined)
  if (model['onnx_model'] === undefined && caffe.length === 0) {
    add(group, 'onnx_model', `'onnx_model' is missing in ${group} (or prototxt and caffe_model)`)
  }
  if (model['onnx_model'] !== undefined && caffe.length > 0) {
    add(group, caffe[0], `give either onnx_model or ${caffe.join(' and ')}, not both`)
  } else if (caffe.length === 1) {
    const other = caffe[0] === 'prototxt' ? 'caffe_model' : 'prototxt'
    add(group, other, `'${other}' is missing in ${group}: it belongs to ${caffe[0]}`)
  }
}

/** Every `;` list must have one entry per input. Returns the number of inputs, 0 where it is not settled. */
function checkCounts({ input_parameters: inputs, calibration_parameters: calibration }: RawConfig, add: Add): number {
  const group = 'input_parameters'
  for (const key of ['input_type_train', 'input_layout_train', 'input_type_rt']) {
    if (inputs[key] === undefined) add(group, key, `'${key}' is missing in ${group}`)
  }
  const lists = Object.entries(inputs).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
  if (lists.length === 0) return 0
  const count = commonCount(lists.map(([, list]) => list.length))
  let settled = true
  for (const [key, { length }] of lists) {
    if (length === count) continue
    settled = false
    const rule = /^(mean|scale)_value$/.test(key)
      ? 'separate the numbers of one input by spaces, inputs by ;'
      : 'give one per input, separated by ;'
    add(group, key, `'${key}' has ${length} value(s), but there are ${count} input(s): ${rule}`)
  }
  if (!settled) return 0
  const folders = calibration['cal_data_dir'] as string[] | undefined
  if (folders && folders.length !== count) {
    const message = `'cal_data_dir' has ${folders.length} folder(s) for ${count} input(s): give one per input, separated by ;`
    add('calibration_parameters', 'cal_data_dir', message)
  }
  const types = calibration['cal_data_type'] as string[] | undefined
  if (types && types.length !== 1 && types.length !== count) {
    const message = `'cal_data_type' has ${types.length} value(s) for ${count} input(s): give one, or one per input, separated by ;`
    add('calibration_parameters', 'cal_data_type', message)
  }
  return count
}

/** The length most lists have; the larger one where two are equally frequent (a forgotten entry is likelier than an extra one). */
function commonCount(lengths: readonly number[]): number {
  const votes = (length: number): number => lengths.filter((other) => other === length).length
  return lengths.reduce((best, length) => {
    const lead = votes(length) - votes(best)
    return lead > 0 || (lead === 0 && length > best) ? length : best
  })
}

function checkCalibration({ calibration_parameters: calibration }: RawConfig, add: Add): void {
  const group = 'calibration_parameters'
  const type = calibration['calibration_type']
  if (calibration['cal_data_dir'] === undefined && type !== 'skip' && type !== 'load') {
    add(group, 'cal_data_dir', `'cal_data_dir' is missing in ${group}: a folder of calibration samples, about 100`)
  }
}

function checkFunctionCall(compiler: GroupValues, add: Add): void {
  const time = compiler['max_time_per_fc']
  if (typeof time === 'number' && time > 0 && time < 1000) {
    add(
      'compiler_parameters',
      'max_time_per_fc',
      `'max_time_per_fc' is ${time}: 0 for no limit, else at least 1000 (us)`,
    )
  }
}
