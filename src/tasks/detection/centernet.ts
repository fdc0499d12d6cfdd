/** CenterNet: objects as the peaks of a heatmap (Zhou et al. 2019). */
import * as z from 'zod'
import { strictObject } from '../../text/strict-object.ts'
import { ACTIVATIONS, elementwise } from './activation.ts'
import { CandidateList, type Candidates } from './candidates.ts'
import { defineDecoder } from './decoder.ts'
import { type Grid, gridsByLevel } from './grid.ts'

const heatmap = { what: 'a heatmap', fits: () => true }

/**
 * A heatmap of one channel per class, and either
 * - width and height in cells with the centre's offset from the cell's corner (2 and 2 channels, in this order), or
 * - distances of the four edges from the cell's corner in pixels of the input (4 channels: left, top, right, bottom).
 *
 * A peak is no smaller than its eight neighbours.
 */
export const centernetDecoder = defineDecoder(
  'centernet',
  strictObject({
    stride: z.int().positive().default(4),
    /** What the heatmap still lacks. */
    activation: elementwise.default('none'),
  }),
  ({ stride, activation: kind }) => {
    const { apply, inverse } = ACTIVATIONS[kind]
    return (outputs, input, scoreThreshold) => {
      const roles =
        outputs.length === 2 ? [heatmap, channels('edges', 4)] : [heatmap, channels('sizes', 2), channels('offsets', 2)]
      const [[heat, ...shape]] = gridsByLevel('centernet', outputs, input, [stride], roles)
      const boxAt = shape.length === 1 ? edges(shape[0], stride) : sizes(shape[0], shape[1], stride)
      return peaks(heat, inverse(scoreThreshold), apply, boxAt)
    }
  },
)

function channels(what: string, count: number): { what: string; fits: (channels: number) => boolean } {
  return { what: `${what} of ${count} channels`, fits: (found) => found === count }
}

/** Left, top, right, bottom of the object whose peak is at a cell. */
type BoxAt = (row: number, column: number) => readonly [number, number, number, number]

function edges({ data, columns, cellStep, channelStep }: Grid, stride: number): BoxAt {
  return (row, column) => {
    const at = (row * columns + column) * cellStep
    const [x, y] = [column * stride, row * stride]
    return [x - data[at], y - data[at + channelStep], x + data[at + 2 * channelStep], y + data[at + 3 * channelStep]]
  }
}

function sizes(size: Grid, offset: Grid, stride: number): BoxAt {
  return (row, column) => {
    const cell = row * size.columns + column
    const x = column + offset.data[cell * offset.cellStep]
    const y = row + offset.data[cell * offset.cellStep + offset.channelStep]
    const halfWidth = size.data[cell * size.cellStep] / 2
    const halfHeight = size.data[cell * size.cellStep + size.channelStep] / 2
    return [(x - halfWidth) * stride, (y - halfHeight) * stride, (x + halfWidth) * stride, (y + halfHeight) * stride]
  }
}

function peaks(heat: Grid, enough: number, apply: (raw: number) => number, boxAt: BoxAt): Candidates {
  const { data, rows, columns, cellStep, channelStep } = heat
  const list = new CandidateList()
  for (let classId = 0; classId < heat.channels; classId++) {
    for (let row = 0, at = classId * channelStep; row < rows; row++) {
      for (let column = 0; column < columns; column++, at += cellStep) {
        if (!(data[at] > enough) || !isPeak(heat, at, row, column)) continue
        list.add(...boxAt(row, column), apply(data[at]), classId)
      }
    }
  }
  return list.candidates()
}

function isPeak({ data, rows, columns, cellStep }: Grid, at: number, row: number, column: number): boolean {
  for (let down = -1; down <= 1; down++) {
    if (row + down < 0 || row + down >= rows) continue
    for (let right = -1; right <= 1; right++) {
      if (column + right < 0 || column + right >= columns) continue
      if (data[at + (down * columns + right) * cellStep] > data[at]) return false
    }
  }
  return true
}
