/** Outputs with one row of values per anchor: box deltas, class scores. */
import type { Size } from '../../image/resize-cv-taps.ts'
import type { TaskOutput } from '../output.ts'
import { ACTIVATIONS } from './activation.ts'
import type { Anchors } from './anchors.ts'
import type { CandidateList } from './candidates.ts'
import type { Grid } from './grid.ts'
import { relativeBox, type BoxCoding } from './relative-box.ts'

export interface Rows {
  readonly data: ArrayLike<number>
  /** Values per row. */
  readonly width: number
  /** Distance between two values of a row. */
  readonly step: number
  readonly startOf: (row: number) => number
}

/** An output of `count` rows, as count x width or flat, with any axes of length 1; undefined where it is neither. */
export function rowsOf({ shape, data }: TaskOutput, count: number): Rows | undefined {
  const axes = shape.filter((length) => length !== 1)
  const width = data.length / count
  const isFlat = axes.length === 1 && Number.isInteger(width)
  const isTable = axes[0] === count && axes.length <= 2
  return isFlat || isTable ? { data, width, step: 1, startOf: (row) => row * width } : undefined
}

/** A grid with several anchors per cell: channel `anchor * width + k`, rows cell by cell. */
export function rowsOfGrid({ data, channels, cellStep, channelStep }: Grid, perCell: number): Rows {
  const width = channels / perCell
  const startOf = (row: number): number => Math.floor(row / perCell) * cellStep + (row % perCell) * width * channelStep
  return { data, width, step: channelStep, startOf }
}

/** Rows that belong to `count` anchors from number `first` on. */
export interface AnchorRows {
  readonly boxes: Rows
  readonly scores: Rows
  readonly first: number
  readonly count: number
}

export interface AnchorDecoding {
  readonly anchors: Anchors
  readonly coding: BoxCoding
  readonly activation: 'none' | 'sigmoid' | 'softmax'
  readonly input: Size
  readonly scoreThreshold: number
}

/** Add a candidate for every anchor and column whose score is above the threshold. */
export function addAnchorRows(list: CandidateList, rows: AnchorRows, decoding: AnchorDecoding): void {
  const { boxes, scores, first, count } = rows
  const { anchors, coding, activation, input, scoreThreshold } = decoding
  const enough = activation === 'softmax' ? -Infinity : ACTIVATIONS[activation].inverse(scoreThreshold)
  for (let row = 0; row < count; row++) {
    const scoreStart = scores.startOf(row)
    const boxStart = boxes.startOf(row)
    const probability = activation === 'softmax' ? softmax(scores, scoreStart) : ACTIVATIONS[activation].apply
    let box: readonly [number, number, number, number] | undefined
    for (let column = 0; column < scores.width; column++) {
      const raw = scores.data[scoreStart + column * scores.step]
      if (!(raw > enough)) continue
      const score = probability(raw)
      if (!(score > scoreThreshold)) continue
      box ??= relativeBox(anchors, first + row, (k) => boxes.data[boxStart + k * boxes.step], coding, input)
      list.add(box[0], box[1], box[2], box[3], score, column)
    }
  }
}

/** Probability of a raw score among its row. */
function softmax({ data, width, step }: Rows, start: number): (raw: number) => number {
  let max = -Infinity
  for (let column = 0; column < width; column++) max = Math.max(max, data[start + column * step])
  let sum = 0
  for (let column = 0; column < width; column++) sum += Math.exp(data[start + column * step] - max)
  return (raw) => Math.exp(raw - max) / sum
}
