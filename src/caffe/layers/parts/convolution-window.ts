/** Window and channels of Convolution and Deconvolution. */
import { type Attribute, int, ints } from '../../../ir/node.ts'
import { bool, ignored, int as int32, uint, uints, type Values } from '../../prototxt/fields.ts'
import type { LayerContext } from '../context.ts'
import { heightWidth, type HeightWidth } from './height-width.ts'

/** `convolution_param`. Kernel, stride, pad and dilation: one value, height and width, or one field per axis. */
export const CONVOLUTION_FIELDS = {
  num_output: uint(),
  bias_term: bool(true),
  kernel_size: uints(),
  kernel_h: uint(),
  kernel_w: uint(),
  stride: uints(),
  stride_h: uint(),
  stride_w: uint(),
  pad: uints(),
  pad_h: uint(),
  pad_w: uint(),
  dilation: uints(),
  group: uint(),
  axis: int32(1),
  weight_filler: ignored,
  bias_filler: ignored,
  engine: ignored,
  force_nd_im2col: ignored,
}

export type ConvolutionLayer = LayerContext<Values<typeof CONVOLUTION_FIELDS>>
export interface ConvolutionWindow {
  kernel: HeightWidth
  stride: HeightWidth
  pad: HeightWidth
  dilation: HeightWidth
}

export function convolutionWindow(layer: ConvolutionLayer): ConvolutionWindow {
  const { axis, kernel_size: kernels, kernel_h: kernelH, kernel_w: kernelW } = layer.params
  if (axis !== 1 && axis !== -3) {
    throw layer.error(
      `channels on axis ${axis} are not supported`,
      'Permute the channels to axis 1 before this layer',
      'axis',
    )
  }
  const kernel = heightWidth(layer, {
    field: 'kernel_size',
    both: kernels,
    stem: 'kernel',
    height: kernelH,
    width: kernelW,
  })
  if (!kernel) throw layer.error('the kernel has no size', 'add kernel_size, or kernel_h and kernel_w')
  const { stride, stride_h: strideH, stride_w: strideW, pad, pad_h: padH, pad_w: padW, dilation } = layer.params
  return {
    kernel,
    stride: heightWidth(layer, { field: 'stride', both: stride, stem: 'stride', height: strideH, width: strideW }) ?? [
      1, 1,
    ],
    pad: heightWidth(layer, {
      field: 'pad',
      both: pad,
      stem: 'pad',
      height: padH,
      width: padW,
      missing: 0,
      least: 0,
    }) ?? [0, 0],
    dilation: heightWidth(layer, { field: 'dilation', both: dilation, stem: 'dilation' }) ?? [1, 1],
  }
}

/** The attributes of Conv and ConvTranspose. */
export function windowAttributes(
  { kernel, stride, pad, dilation }: ConvolutionWindow,
  group: number,
): Record<string, Attribute> {
  return {
    kernel_shape: ints(kernel),
    strides: ints(stride),
    pads: ints([...pad, ...pad]),
    dilations: ints(dilation),
    group: int(group),
  }
}

/** Output channels and groups, checked against the input channels. */
export function channelsOf(
  layer: ConvolutionLayer,
  input: number,
  defaultGroup = 1,
): { outputs: number; group: number } {
  const { num_output: outputs, group = defaultGroup } = layer.params
  if (outputs === undefined || outputs === 0)
    throw layer.error('num_output is missing', 'add num_output: the number of output channels')
  if (group === 0 || input % group !== 0 || outputs % group !== 0) {
    throw layer.error(
      `group ${group} does not divide ${input} input and ${outputs} output channels`,
      'correct group, num_output, or the layer before',
      layer.has('group') ? 'group' : 'num_output',
    )
  }
  return { outputs, group }
}
