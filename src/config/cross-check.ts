/** Rules between keys of the YAML. Each mistake names the key it is shown at. */
import type { RawConfig } from './schema.ts'

export interface Mistake {
  path: readonly string[]
  message: string
}

/** Which runtime types go with a training type (rows of the manual's table). */
const PAIRS: Readonly<Record<string, readonly string[]>> = {
  yuv444: ['nv12', 'yuv444'],
  rgb: ['nv12', 'yuv444', 'rgb', 'bgr'],
  bgr: ['nv12', 'yuv444', 'rgb', 'bgr'],
  gray: ['gray'],
  featuremap: ['featuremap'],
}

const CHANNELS: Readonly<Record<string, number>> = { rgb: 3, bgr: 3, yuv444: 3, gray: 1 }

/** All mistakes of a configuration whose single values are valid. */
export function crossCheck(config: RawConfig): Mistake[] {
  const mistakes: Mistake[] = []
  const add = (group: string, key: string, message: string): void => void mistakes.push({ path: [group, key], message })
  checkModel(config, add)
  const count = checkCounts(config, add)
  for (let i = 0; i < count; i++) checkInput(config, i, add)
  checkCalibration(config, add)
  return mistakes
}

type Add = (group: string, key: string, message: string) => void

function checkModel({ model_parameters: model }: RawConfig, add: Add): void {
  const group = 'model_parameters'
  if (model['march'] === undefined) add(group, 'march', "'march' is missing: bernoulli2, bayes, bayes-e or generic")
  const caffe = ['prototxt', 'caffe_model'].filter((key) => model[key] !== undefined)
  if (model['onnx_model'] === undefined && caffe.length === 0)
    add(group, 'onnx_model', "'onnx_model' is missing (or prototxt and caffe_model)")
  if (model['onnx_model'] !== undefined && caffe.length > 0)
    add(group, 'onnx_model', `give either onnx_model or ${caffe.join(' and ')}, not both`)
  if (caffe.length === 1) add(group, caffe[0], "Missing keys: 'caffe_model' and 'prototxt' belong together")
}

/** Every list of input_parameters must have one entry per input; returns their number. */
function checkCounts({ input_parameters: inputs }: RawConfig, add: Add): number {
  const lists = Object.entries(inputs).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]))
  for (const key of ['input_type_train', 'input_layout_train', 'input_type_rt']) {
    if (inputs[key] === undefined) add('input_parameters', key, `'${key}' is missing`)
  }
  const names = inputs['input_name'] ?? inputs['input_type_train']
  const count = Array.isArray(names) ? names.length : 0
  for (const [key, list] of lists) {
    if (list.length !== count)
      add('input_parameters', key, `${list.length} value(s) for ${count} input(s): give one per input, separated by ;`)
  }
  return lists.every(([, list]) => list.length === count) ? count : 0
}

function checkInput({ input_parameters: inputs }: RawConfig, i: number, add: Add): void {
  const group = 'input_parameters'
  const value = (key: string): unknown => (inputs[key] as unknown[] | undefined)?.[i]
  const train = value('input_type_train') as string | undefined
  const runtime = value('input_type_rt') as string | undefined
  const allowed = train === undefined ? undefined : PAIRS[train]
  if (allowed && runtime !== undefined && !allowed.includes(runtime)) {
    add(
      group,
      'input_type_rt',
      `a model trained on ${train} cannot be fed with ${runtime}; possible: ${allowed.join(', ')}`,
    )
  }
  if (value('input_space_and_range') === 'bt601_video' && runtime !== 'nv12') {
    add(group, 'input_space_and_range', 'bt601_video goes with input_type_rt: nv12 only')
  }
  const norm = (value('norm_type') as string | undefined) ?? 'no_preprocess'
  for (const [key, used] of [
    ['mean_value', norm.includes('mean')],
    ['scale_value', norm.includes('scale')],
  ] as const) {
    const numbers = value(key) as number[] | undefined
    if (used && numbers === undefined) add(group, key, `norm_type ${norm} needs ${key}`)
    const channels = train === undefined ? undefined : CHANNELS[train]
    if (used && numbers && channels !== undefined && numbers.length !== 1 && numbers.length !== channels) {
      add(
        group,
        key,
        `${numbers.length} numbers for ${channels} channel(s): give one number or ${channels}, separated by spaces`,
      )
    }
  }
  checkShape(
    value('input_shape') as string | undefined,
    train,
    runtime,
    value('input_layout_train') as string | undefined,
    add,
  )
}

function checkShape(
  text: string | undefined,
  train: string | undefined,
  runtime: string | undefined,
  layout: string | undefined,
  add: Add,
): void {
  if (text === undefined) return
  const group = 'input_parameters'
  const shape = parseShape(text)
  if (!shape) {
    add(group, 'input_shape', `'${text}' is no shape: write it like 1x3x224x224`)
    return
  }
  const channels = train === undefined ? undefined : CHANNELS[train]
  if (channels === undefined || shape.length !== 4 || layout === undefined) return
  const [own, other] = layout === 'NCHW' ? [shape[1], shape[3]] : [shape[3], shape[1]]
  if (own !== channels && other === channels) {
    const right = layout === 'NCHW' ? 'NHWC' : 'NCHW'
    add(
      group,
      'input_layout_train',
      `the shape ${text} looks like ${right}, not ${layout} (${train} has ${channels} channels)`,
    )
    return
  }
  const [height, width] = layout === 'NCHW' ? shape.slice(2) : shape.slice(1, 3)
  if ((runtime === 'nv12' || runtime === 'yuv444') && (height % 2 === 1 || width % 2 === 1)) {
    add(group, 'input_shape', `${runtime} needs even height and width, not ${height} x ${width}`)
  }
}

/** `1x3x224x224` -> numbers; undefined for anything else. */
export function parseShape(text: string): number[] | undefined {
  return /^\d+(\s*[xX*,]\s*\d+)*$/.test(text) ? text.split(/[xX*,]/).map(Number) : undefined
}

function checkCalibration(config: RawConfig, add: Add): void {
  const group = 'calibration_parameters'
  const calibration = config.calibration_parameters
  const type = calibration['calibration_type']
  const folders = calibration['cal_data_dir'] as string[] | undefined
  if (folders === undefined && type !== 'skip' && type !== 'load') {
    add(group, 'cal_data_dir', "'cal_data_dir' is missing: a folder of calibration samples, about 100")
  }
  const inputs = config.input_parameters['input_type_train'] as string[] | undefined
  if (folders && inputs && folders.length !== inputs.length) {
    add(
      group,
      'cal_data_dir',
      `${folders.length} folder(s) for ${inputs.length} input(s): give one per input, separated by ;`,
    )
  }
}
