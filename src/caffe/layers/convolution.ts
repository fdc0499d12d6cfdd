/** Convolution -> Conv. Every bottom is convolved with the same weights into its top. */
import type { LayerContext, Value } from './context.ts'
import { defineLayer } from './layer.ts'
import {
  channelsOf,
  CONVOLUTION_FIELDS,
  type ConvolutionLayer,
  convolutionWindow,
  windowAttributes,
} from './parts/convolution-window.ts'
import { pictures } from './parts/pictures.ts'

export const convolution = defineLayer({
  types: ['Convolution'],
  parameter: 'convolution_param',
  fields: CONVOLUTION_FIELDS,
  bottoms: [1, Infinity],
  tops: [1, Infinity],
  convert: (layer) => convolve(layer),
})

/** Forks with a faster kernel: one group per channel, whatever `group` says. */
export const depthwiseConvolution = defineLayer({
  types: ['DepthwiseConvolution', 'ConvolutionDepthwise', 'DepthwiseConv'],
  parameter: 'convolution_param',
  fields: CONVOLUTION_FIELDS,
  bottoms: [1, Infinity],
  tops: [1, Infinity],
  convert: (layer) => convolve(layer, pictures(layer, layer.bottom)[1]),
})

/** @param defaultGroup number of groups where `group` is unset */
function convolve(layer: ConvolutionLayer, defaultGroup?: number): Value[] {
  const channels = pictures(layer, layer.bottom)[1]
  const window = convolutionWindow(layer)
  const { outputs, group } = channelsOf(layer, channels, defaultGroup)
  const weight = layer.constant('weights', layer.blob(0, 'weights', [outputs, channels / group, ...window.kernel]))
  const bias = layer.params.bias_term ? layer.constant('bias', layer.blob(1, 'biases', [outputs])) : undefined
  return eachBottom(layer, (x, suffix) => {
    pictures(layer, x)
    return layer.emit('Conv', bias ? [x, weight, bias] : [x, weight], windowAttributes(window, group), suffix)
  })
}

/** Convert each bottom into its top. */
export function eachBottom<P>(layer: LayerContext<P>, convert: (x: Value, suffix: string) => Value): Value[] {
  if (layer.topCount !== layer.bottoms.length) {
    throw layer.error(`${layer.bottoms.length} bottom(s), but ${layer.topCount} top(s)`, 'name one top per bottom')
  }
  return layer.bottoms.map((x, i) => convert(x, i === 0 ? '' : `${i}`))
}
