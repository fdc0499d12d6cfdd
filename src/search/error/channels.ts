/** Tensors seen as channels x cells: a cell is a pixel, an anchor, or the whole picture. */
import type { Tensor } from '../../ir/tensor.ts'
import { channelView } from '../../quantize/weights.ts'

export interface ChannelLayout {
  channels: number
  /** Everything but channels (batch included). */
  cells: number
  /** Offset of a cell's first channel. */
  start(cell: number): number
  /** Distance between the channels of a cell. */
  stride: number
}

/** @param axis which axis holds the channels */
export function channelLayout(shape: readonly number[], axis: number): ChannelLayout {
  const { outer, channels, inner } = channelView(shape, axis)
  return {
    channels,
    cells: outer * inner,
    start: (cell) => Math.floor(cell / inner) * channels * inner + (cell % inner),
    stride: inner,
  }
}

/**
 * The axis that holds channels, where nothing else says so. Four dimensions: 1, or 3 where the axes before it have the aspect
 * ratio of the network's input and those behind 1 have not. Three ([1, anchors, values] or [1, values, anchors]): the smaller
 * one. Otherwise the last, or 1 behind a batch and before single pixels.
 *
 * @param aspect height / width of the network's first picture input
 */
export function guessChannelAxis(shape: readonly number[], aspect: number | undefined): number {
  if (shape.length === 4) {
    const [, a, b, c] = shape
    const isNhwc = aspect !== undefined && b !== 0 && c !== 0 && a / b === aspect && b / c !== aspect
    return isNhwc && c < a ? 3 : 1
  }
  if (shape.length === 3) return shape[1] <= shape[2] ? 1 : 2
  return Math.max(0, shape.length - 1)
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** Median of each channel over all cells of several tensors of equal shape. */
export function channelMedians(tensors: readonly Tensor[], axis: number): number[] {
  const { channels, cells, start, stride } = channelLayout(tensors[0].shape, axis)
  // Up to about 2,000 cells per tensor tell a median well enough.
  const step = Math.max(1, Math.floor(cells / 2000))
  return Array.from({ length: channels }, (_, channel) => {
    const values: number[] = []
    for (const tensor of tensors) {
      const data = tensor.floats()
      for (let cell = 0; cell < cells; cell += step) values.push(data[start(cell) + channel * stride])
    }
    values.sort((a, b) => a - b)
    return values[values.length >> 1]
  })
}
