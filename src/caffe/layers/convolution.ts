/** Convolution -> Conv. Depthwise ones of forks have as many groups as channels, whether or not they say so. */
import { int, ints } from '../../ir/node.ts'
import { CONVOLUTION_FIELDS, convolutionWindow, outputChannels } from './convolution-fields.ts'
import { defineLayer } from './layer.ts'

const DEPTHWISE = ['DepthwiseConvolution', 'ConvolutionDepthwise', 'DepthwiseConv']

export const convolution = defineLayer({
  types: ['Convolution', ...DEPTHWISE],
  parameter: 'convolution_param',
  fields: CONVOLUTION_FIELDS,
  convert(layer) {
    const { kernel, pad, stride, dilation } = convolutionWindow(layer)
    const outputs = outputChannels(layer)
    const channels = layer.bottom.shape[1]
    const group = DEPTHWISE.includes(layer.type) ? channels : layer.params.group
    if (group === 0 || channels % group !== 0 || outputs % group !== 0) {
      throw layer.error(
        `${channels} input and ${outputs} output channels cannot be divided into ${group} groups`,
        'group must divide both',
        'group',
      )
    }
    const weights = layer.blob(0, 'weights', [outputs, channels / group, ...kernel])
    const bias = layer.params.bias_term ? layer.constant('bias', layer.blob(1, 'biases', [outputs])) : undefined
    return layer.emit('Conv', [layer.bottom, layer.constant('weights', weights), bias], {
      kernel_shape: ints(kernel),
      strides: ints(stride),
      pads: ints([...pad, ...pad]),
      dilations: ints(dilation),
      group: int(group),
    })
  },
})
