/** Deconvolution -> ConvTranspose: out = stride (in - 1) + dilation (kernel - 1) + 1 - 2 pad. */
import { eachBottom } from './convolution.ts'
import { defineLayer } from './layer.ts'
import { channelsOf, CONVOLUTION_FIELDS, convolutionWindow, windowAttributes } from './parts/convolution-window.ts'
import { pictures } from './parts/pictures.ts'

export const deconvolution = defineLayer({
  types: ['Deconvolution'],
  parameter: 'convolution_param',
  fields: CONVOLUTION_FIELDS,
  bottoms: [1, Infinity],
  tops: [1, Infinity],
  convert(layer) {
    const channels = pictures(layer, layer.bottom)[1]
    const window = convolutionWindow(layer)
    const { outputs, group } = channelsOf(layer, channels)
    const weight = layer.constant('weights', layer.blob(0, 'weights', [channels, outputs / group, ...window.kernel]))
    const bias = layer.params.bias_term ? layer.constant('bias', layer.blob(1, 'biases', [outputs])) : undefined
    return eachBottom(layer, (x, suffix) => {
      pictures(layer, x)
      return layer.emit(
        'ConvTranspose',
        bias ? [x, weight, bias] : [x, weight],
        windowAttributes(window, group),
        suffix,
      )
    })
  },
})
