/** Sliding windows (Conv, pooling): output sizes and explicit pads. Formulas of the ONNX operator texts. */
import type { Node } from '../ir/node.ts'

export interface Window {
  kernel: readonly number[]
  strides: readonly number[]
  dilations: readonly number[]
  /** Begins, then ends. */
  pads: readonly number[]
}

/**
 * The window of a Conv or pooling node over an input of the given spatial size, with auto_pad made explicit.
 *
 * @param kernel spatial kernel size
 * @param spatial spatial input size
 */
export function windowOf(node: Node, kernel: readonly number[], spatial: readonly number[]): Window {
  const rank = kernel.length
  const strides = node.ints('strides') ?? kernel.map(() => 1)
  const dilations = node.ints('dilations') ?? kernel.map(() => 1)
  const mode = node.string('auto_pad', 'NOTSET')
  let pads = node.ints('pads') ?? Array.from({ length: 2 * rank }, () => 0)
  if (mode === 'VALID') pads = pads.map(() => 0)
  if (mode === 'SAME_UPPER' || mode === 'SAME_LOWER') {
    const total = kernel.map((size, i) => {
      const output = Math.ceil(spatial[i] / strides[i])
      return Math.max(0, (output - 1) * strides[i] + (size - 1) * dilations[i] + 1 - spatial[i])
    })
    const begin = total.map((pad) => (mode === 'SAME_UPPER' ? Math.floor(pad / 2) : Math.ceil(pad / 2)))
    pads = [...begin, ...total.map((pad, i) => pad - begin[i])]
  }
  return { kernel, strides, dilations, pads }
}

/** Output size along one axis; with ceil_mode a last window that would start in the right padding is dropped. */
export function windowOutput(size: number, axis: number, window: Window, ceil: boolean): number {
  const rank = window.kernel.length
  const padded = size + window.pads[axis] + window.pads[axis + rank]
  const extent = (window.kernel[axis] - 1) * window.dilations[axis] + 1
  const steps = (padded - extent) / window.strides[axis]
  if (!ceil) return Math.floor(steps) + 1
  const output = Math.ceil(steps) + 1
  return (output - 1) * window.strides[axis] >= size + window.pads[axis] ? output - 1 : output
}
