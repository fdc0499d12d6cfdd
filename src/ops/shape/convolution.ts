/** Conv, ConvTranspose. */
import type { Dim } from '../../ir/graph.ts'
import { windowOf, windowOutput } from '../window.ts'
import { same, type ShapeFunction } from './context.ts'

export const conv: ShapeFunction = (context) => {
  const input = context.dims(0)
  const weight = context.shape(1)
  const group = context.node.int('group', 1)
  if (input.length !== weight.length) context.fail('input and weight differ in rank')
  if (typeof input[1] === 'number' && input[1] !== weight[1] * group) {
    context.fail(`the input has ${input[1]} channels, the weight expects ${weight[1] * group}`)
  }
  const spatial = input.slice(2)
  const fixed = spatial.map((dim) => (typeof dim === 'number' ? dim : 0))
  const window = windowOf(context.node, context.node.ints('kernel_shape') ?? weight.slice(2), fixed)
  const output = spatial.map((dim, axis): Dim => {
    if (typeof dim !== 'number') return `${context.node.name}_dim${axis + 2}`
    const size = windowOutput(dim, axis, window, false)
    if (size < 1) context.fail(`the window of size ${window.kernel[axis]} does not fit into ${dim}`)
    return size
  })
  return same(context, [input[0], weight[0], ...output])
}

export const convTranspose: ShapeFunction = (context) => {
  const input = context.shape(0)
  const weight = context.shape(1)
  const { node } = context
  const group = node.int('group', 1)
  const spatial = input.slice(2)
  const kernel = node.ints('kernel_shape') ?? weight.slice(2)
  const strides = node.ints('strides') ?? kernel.map(() => 1)
  const dilations = node.ints('dilations') ?? kernel.map(() => 1)
  const extra = node.ints('output_padding') ?? kernel.map(() => 0)
  const wanted = node.ints('output_shape')
  const same_ = node.string('auto_pad', 'NOTSET').startsWith('SAME')
  const pads = node.string('auto_pad', 'NOTSET') === 'NOTSET' ? node.ints('pads') : undefined
  const output = spatial.map((size, i) => {
    if (wanted) return wanted[wanted.length - spatial.length + i]
    const full = (size - 1) * strides[i] + extra[i] + (kernel[i] - 1) * dilations[i] + 1
    // SAME cuts off what is too much, and adds nothing where a stride is larger than the kernel.
    if (same_) return Math.min(size * strides[i], full)
    return full - (pads ? pads[i] + pads[i + kernel.length] : 0)
  })
  return same(context, [input[0], weight[1] * group, ...output])
}
