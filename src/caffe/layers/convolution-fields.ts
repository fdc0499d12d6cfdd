/** `convolution_param`, which Convolution and Deconvolution share, and its windows. */
import { bool, ignored, int, type Values, uint, uints } from '../prototxt/fields.ts'
import type { LayerContext } from './context.ts'

export const CONVOLUTION_FIELDS = {
  num_output: uint(),
  bias_term: bool(true),
  pad: uints(),
  kernel_size: uints(),
  stride: uints(),
  dilation: uints(),
  pad_h: uint(),
  pad_w: uint(),
  kernel_h: uint(),
  kernel_w: uint(),
  stride_h: uint(),
  stride_w: uint(),
  group: uint(1),
  weight_filler: ignored,
  bias_filler: ignored,
  engine: ignored,
  axis: int(1),
  force_nd_im2col: ignored,
}

export type ConvolutionLayer = LayerContext<Values<typeof CONVOLUTION_FIELDS>>

/** Height and width of each. */
export interface Window {
  kernel: readonly [number, number]
  pad: readonly [number, number]
  stride: readonly [number, number]
  dilation: readonly [number, number]
}

/** Settle the window: one value serves both axes, two are height and width, and `_h`/`_w` replace them. */
export function convolutionWindow(layer: ConvolutionLayer): Window {
  const { params } = layer
  if (params.axis !== 1) throw layer.error('only axis 1 (channels) can be convolved over', 'remove axis', 'axis')
  if (layer.bottom.shape.length !== 4) {
    throw layer.error(
      `its bottom is ${layer.bottom.shape.join('x')}; only four dimensions can be convolved`,
      'give the input four dimensions: batch, channels, height, width',
    )
  }
  const both = (field: 'kernel_size' | 'pad' | 'stride' | 'dilation', fallback?: number): readonly [number, number] => {
    const values = params[field]
    if (values.length > 2)
      throw layer.error(`${field} has ${values.length} values for height and width`, 'give one or two', field)
    const [height = fallback, width = height] = values
    if (height === undefined || width === undefined) {
      throw layer.error('kernel_size is missing', 'add kernel_size (or kernel_h and kernel_w)')
    }
    return [height, width]
  }
  const window: Window = {
    kernel: overridden(layer, 'kernel_h', 'kernel_w') ?? both('kernel_size'),
    pad: overridden(layer, 'pad_h', 'pad_w', 0) ?? both('pad', 0),
    stride: overridden(layer, 'stride_h', 'stride_w') ?? both('stride', 1),
    dilation: both('dilation', 1),
  }
  for (const [field, values] of Object.entries({
    kernel_size: window.kernel,
    stride: window.stride,
    dilation: window.dilation,
  })) {
    if (values.includes(0)) throw layer.error(`${field} is 0`, 'give at least 1')
  }
  return window
}

type Axis = 'kernel_h' | 'kernel_w' | 'pad_h' | 'pad_w' | 'stride_h' | 'stride_w'

function overridden(
  layer: ConvolutionLayer,
  vertical: Axis,
  horizontal: Axis,
  fallback?: number,
): readonly [number, number] | undefined {
  const height = layer.params[vertical]
  const width = layer.params[horizontal]
  if (height === undefined && width === undefined) return undefined
  const [h, w] = [height ?? fallback, width ?? fallback]
  if (h === undefined || w === undefined)
    throw layer.error(`${vertical} and ${horizontal} must be given together`, 'add the other one')
  return [h, w]
}

/** `num_output`, which must be there. */
export function outputChannels(layer: ConvolutionLayer): number {
  const { num_output: count } = layer.params
  if (count === undefined || count === 0)
    throw layer.error('num_output is missing', 'add num_output: the number of output channels')
  return count
}
