/** Rules between the keys of one input. */
import type { Add } from './cross-check.ts'
import type { GroupValues } from './schema.ts'
import type { Layout } from './types.ts'

/** Which runtime types go with a training type (rows of the manual's table). */
const PAIRS: Readonly<Record<string, readonly string[]>> = {
  yuv444: ['nv12', 'yuv444'],
  rgb: ['nv12', 'yuv444', 'rgb', 'bgr'],
  bgr: ['nv12', 'yuv444', 'rgb', 'bgr'],
  gray: ['gray'],
  featuremap: ['featuremap'],
}

const CHANNELS: Readonly<Record<string, number>> = { rgb: 3, bgr: 3, yuv444: 3, gray: 1 }

const GROUP = 'input_parameters'

/** Check input number `i`. */
export function checkInput(inputs: GroupValues, i: number, add: Add): void {
  const value = <T = string>(key: string): T | undefined => (inputs[key] as T[] | undefined)?.[i]
  const train = value('input_type_train')
  const runtime = value('input_type_rt')
  const allowed = train === undefined ? undefined : PAIRS[train]
  if (allowed && runtime !== undefined && !allowed.includes(runtime)) {
    const choice = `possible: ${allowed.join(', ')}`
    add(GROUP, 'input_type_rt', `a model trained on ${train} cannot be fed with ${runtime}; ${choice}`)
  }
  if (value('input_space_and_range') === 'bt601_video' && runtime !== 'nv12') {
    add(GROUP, 'input_space_and_range', 'bt601_video goes with input_type_rt: nv12 only')
  }
  const channels = train === undefined ? undefined : CHANNELS[train]
  const norm = value('norm_type') ?? 'no_preprocess'
  if (norm.includes('mean')) checkNumbers('mean_value', value<number[]>('mean_value'), norm, channels, add)
  if (norm.includes('scale')) {
    const scale = value<number[]>('scale_value')
    checkNumbers('scale_value', scale, norm, channels, add)
    if (scale?.includes(0)) add(GROUP, 'scale_value', "'scale_value' is 0: give 1 / standard deviation, it multiplies")
  }
  const shape = value('input_shape')
  const layout = value<Layout>('input_layout_train')
  if (shape !== undefined) checkShape(shape, { train, runtime, layout, channels }, add)
}

function checkNumbers(
  key: string,
  numbers: readonly number[] | undefined,
  norm: string,
  channels: number | undefined,
  add: Add,
): void {
  if (numbers === undefined) {
    add(GROUP, key, `'${key}' is missing in ${GROUP}: norm_type ${norm} needs it`)
  } else if (channels !== undefined && numbers.length !== 1 && numbers.length !== channels) {
    const rule = channels === 1 ? 'give one number' : `give one number, or ${channels} separated by spaces`
    add(GROUP, key, `'${key}' has ${numbers.length} numbers for ${channels} channel(s): ${rule}`)
  }
}

interface ShapeFacts {
  train: string | undefined
  runtime: string | undefined
  layout: Layout | undefined
  channels: number | undefined
}

function checkShape(text: string, { train, runtime, layout, channels }: ShapeFacts, add: Add): void {
  const shape = parseShape(text)
  if (!shape) return add(GROUP, 'input_shape', `'${text}' is no shape: write it like 1x3x224x224`)
  // A featuremap may have any shape.
  if (channels === undefined || layout === undefined) return
  if (shape.length !== 4) {
    return add(
      GROUP,
      'input_shape',
      `${text} has ${shape.length} dimensions, an image has 4: use featuremap, or correct it`,
    )
  }
  const [own, other] = layout === 'NCHW' ? [shape[1], shape[3]] : [shape[3], shape[1]]
  if (own !== channels && other === channels) {
    const right = layout === 'NCHW' ? 'NHWC' : 'NCHW'
    const message = `the shape ${text} looks like ${right}, not ${layout} (${train} has ${channels} channels)`
    return add(GROUP, 'input_layout_train', message)
  }
  if (own !== channels) {
    return add(GROUP, 'input_shape', `${text} has ${own} channels in ${layout}, but ${train} has ${channels}`)
  }
  const [height, width] = layout === 'NCHW' ? shape.slice(2) : shape.slice(1, 3)
  if ((runtime === 'nv12' || runtime === 'yuv444') && (height % 2 === 1 || width % 2 === 1)) {
    const choice = 'use rgb or bgr, or a model with an even input size'
    add(GROUP, 'input_type_rt', `${runtime} needs even height and width, not ${height} x ${width}: ${choice}`)
  }
}

/** `1x3x224x224` -> numbers above 0; undefined for anything else. */
export function parseShape(text: string): number[] | undefined {
  if (!/^\d+(\s*[xX*,]\s*\d+)*$/.test(text)) return undefined
  const shape = text.split(/[xX*,]/).map(Number)
  return shape.includes(0) ? undefined : shape
}
