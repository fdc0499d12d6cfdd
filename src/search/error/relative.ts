import type { Tensor } from '../../ir/tensor.ts'
import { channelLayout } from './channels.ts'
import type { Measure } from './measure.ts'

/** Part of the tensor's mean square that is added to every channel's variance, so that dead channels do not rule. */
const SMOOTHING = 1e-3

/** Any other output: mean over channels of ||d_c||^2 / (var_c + eps), with the mean square of d over the channel's cells. */
export function relativeMeasure(value: string, axis: number): Measure {
  return {
    kind: 'relative',
    title: `relative squared error of '${value}', averaged over its channels`,
    values: [value],
    reference(expected) {
      const tensor = expected.get(value)!
      return { weight: 1, error: (actual) => relativeError(tensor, actual.get(value)!, axis) }
    },
  }
}

/**
 * Relative squared error.
 *
 * @param axis channels; -1 takes the whole tensor as one channel
 */
export function relativeError(expected: Tensor, actual: Tensor, axis: number): number {
  const shape = axis < 0 ? [1, expected.size] : expected.shape
  const { channels, cells, start, stride } = channelLayout(shape, Math.max(0, axis))
  const a = numbersOf(expected)
  const b = numbersOf(actual)
  let square = 0
  for (const value of a) square += value * value
  const smoothing = SMOOTHING * (square / Math.max(1, a.length)) + 1e-12
  let total = 0
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0
    let squares = 0
    let error = 0
    for (let cell = 0; cell < cells; cell++) {
      const at = start(cell) + channel * stride
      sum += a[at]
      squares += a[at] * a[at]
      error += (a[at] - b[at]) ** 2
    }
    // One value per channel has no variance: its square stands in.
    const variance = cells > 1 ? Math.max(0, squares / cells - (sum / cells) ** 2) : squares
    total += error / cells / (variance + smoothing)
  }
  return total / channels
}

/** Without a copy where the elements are numbers already. */
function numbersOf(tensor: Tensor): ArrayLike<number> & Iterable<number> {
  return tensor.dtype === 'float32' ? tensor.floats() : tensor.numbers()
}
