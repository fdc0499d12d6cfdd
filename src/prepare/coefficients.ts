/**
 * The 1x1 convolution that turns a middle-type input X_128 into what the network was trained on:
 * out = ((X_128 + 128 -> train colour) - mean) * scale, folded into one weight and one bias.
 */
import type { ResolvedInput } from '../config/types.ts'
import { convertsYuv, swapsChannels, yuvToRgb } from './colour.ts'

export interface PreprocessCoefficients {
  channels: number
  /** [channels x channels], row per output channel. Float64: rounded once, when stored. */
  weight: Float64Array
  bias: Float64Array
}

/** Channels of an input, by its layout. */
export function channelCount(input: ResolvedInput): number {
  return input.layoutTrain === 'NHWC' ? input.shape[input.shape.length - 1] : input.shape[1]
}

/** Weight and bias of HzPreprocess. */
export function preprocessCoefficients(input: ResolvedInput): PreprocessCoefficients {
  const channels = channelCount(input)
  const value = (list: readonly number[] | undefined, c: number, none: number): number =>
    list === undefined ? none : list[list.length === 1 ? 0 : c]
  const weight = new Float64Array(channels * channels)
  const bias = new Float64Array(channels)
  const matrix = convertsYuv(input) ? yuvToRgb(input.spaceAndRange) : undefined
  for (let c = 0; c < channels; c++) {
    const scale = value(input.scale, c, 1)
    const mean = value(input.mean, c, 0)
    // Row of the colour matrix: training order bgr reads the rows backwards.
    const row = input.typeTrain === 'bgr' ? channels - 1 - c : c
    if (matrix) {
      for (let k = 0; k < channels; k++) weight[c * channels + k] = matrix.rows[row][k] * scale
      bias[c] = (matrix.offset - mean) * scale
    } else {
      weight[c * channels + (swapsChannels(input) ? channels - 1 - c : c)] = scale
      // A featuremap holds its own values, not pixels minus 128.
      bias[c] = ((input.typeTrain === 'featuremap' ? 0 : 128) - mean) * scale
    }
  }
  return { channels, weight, bias }
}
