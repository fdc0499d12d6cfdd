/**
 * Caffe's pooling as ONNX nodes.
 *
 * Caffe rounds the number of windows up, so that the last one may reach beyond the padding, and divides an average by the part
 * of the window inside input and padding. ONNX says `ceil_mode`, but runtimes and integer kernels differ in what they divide by.
 * Here every node floors and has its pads written out:
 *
 * - MAX: MaxPool, the far pads as large as the last window needs.
 * - AVE whose windows all end within the padding: AveragePool, padding counted.
 * - AVE with clipped windows: the padding, if any, is a Pad of its own (it counts); AveragePool pads the rest and does not count it.
 */
import { type Attribute, int, ints } from '../../../ir/node.ts'
import { Tensor } from '../../../ir/tensor.ts'
import type { LayerContext, Value } from '../context.ts'
import type { HeightWidth } from './height-width.ts'
import { pictures } from './pictures.ts'

export type PoolMethod = 'MAX' | 'AVE'

export interface PoolWindow {
  kernel: HeightWidth
  stride: HeightWidth
  pad: HeightWidth
}

/**
 * Pool a feature map.
 *
 * @param suffix of the node's name, see `LayerContext.emit`
 * @param round how the number of windows is rounded (pooling_layer.cpp, Reshape)
 */
export function pool<P>(
  layer: LayerContext<P>,
  x: Value,
  method: PoolMethod,
  { kernel, stride, pad }: PoolWindow,
  suffix = '',
  round: (windows: number) => number = Math.ceil,
): Value {
  const size = pictures(layer, x).slice(2)
  const padded = pad[0] > 0 || pad[1] > 0
  const far = size.map((extent, axis) => {
    const steps = (extent + 2 * pad[axis] - kernel[axis]) / stride[axis]
    let count = round(steps) + 1
    // as Caffe does for both axes as soon as one is padded: a window that begins in the far padding is dropped
    if (padded && (count - 1) * stride[axis] >= extent + pad[axis]) count--
    const start = (count - 1) * stride[axis] - pad[axis]
    if (count < 1) refuseWindow(layer, size, kernel, pad)
    if (start >= extent) {
      throw layer.error(
        `the last window along the ${axis === 0 ? 'height' : 'width'} begins at ${start}, outside the ${extent} input values, and Caffe leaves its result undefined`,
        `choose a stride of at most the kernel size, or crop the layer's input`,
      )
    }
    return Math.max(0, start + kernel[axis] - extent)
  })
  const clipped = far.some((end, axis) => end > pad[axis])
  // As pad < kernel, floor gives the same number of windows with the pad as written where no window reaches beyond it.
  const ends = far.map((end, axis) => Math.max(end, pad[axis]))
  const window = { kernel_shape: ints(kernel), strides: ints(stride) }
  if (method === 'MAX') return layer.emit('MaxPool', [x], { ...window, pads: ints([...pad, ...ends]) }, suffix)
  if (!clipped) {
    const counted: Record<string, Attribute> = padded ? { count_include_pad: int(1) } : {}
    return layer.emit('AveragePool', [x], { ...window, pads: ints([...pad, ...ends]), ...counted }, suffix)
  }
  const wide = padded ? zeroPad(layer, x, pad, suffix) : x
  const beyond = far.map((end, axis) => Math.max(0, end - pad[axis]))
  return layer.emit('AveragePool', [wide], { ...window, pads: ints([0, 0, ...beyond]) }, suffix)
}

function zeroPad<P>(layer: LayerContext<P>, x: Value, pad: HeightWidth, suffix: string): Value {
  const stem = suffix === '' ? 'pad' : `${suffix}_pad`
  const pads = layer.constant(`${stem}_pads`, Tensor.int64([8], [0, 0, ...pad, 0, 0, ...pad]))
  return layer.emit('Pad', [x, pads], {}, stem)
}

function refuseWindow<P>(
  layer: LayerContext<P>,
  size: readonly number[],
  kernel: HeightWidth,
  pad: HeightWidth,
): never {
  throw layer.error(
    `the kernel (${kernel.join('x')}) is larger than the input (${size.join('x')}) with its padding (${pad.join('x')})`,
    'use global_pooling: true to pool the whole input, or give the net a larger input',
  )
}
