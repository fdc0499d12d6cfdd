/** EfficientDet: RetinaNet's anchors over five levels (Tan et al. 2020; github google/automl, efficientdet). */
import * as z from 'zod'
import type { Size } from '../../image/resize-cv-taps.ts'
import { strictObject } from '../../text/strict-object.ts'
import type { TaskOutput } from '../output.ts'
import { addAnchorRows, type AnchorRows, rowsOfGrid } from './anchor-rows.ts'
import { anchorSource, type Anchors } from './anchors.ts'
import { CandidateList } from './candidates.ts'
import { defineDecoder } from './decoder.ts'
import { cellsOf, gridsByLevel } from './grid.ts'
import { boxesAndScores } from './ssd.ts'
import { elementwise } from './activation.ts'

const positive = z.number().positive()

/** AutoML's anchor configuration. */
const layout = strictObject({
  /** Each level halves the one before: level 3 has stride 8. */
  min_level: z.int().positive().default(3),
  max_level: z.int().positive().default(7),
  /** Sizes per octave. */
  num_scales: z.int().positive().default(3),
  aspect_ratios: z.array(positive).min(1).default([1, 2, 0.5]),
  /** Side of the smallest anchor in strides: 4, of the Lite networks 3. */
  anchor_scale: positive.default(4),
})
type Layout = z.output<typeof layout>

/**
 * Boxes (centre y, x, height, width) and class scores, either of all levels in one N x 4 and N x classes, or one output for boxes and one for
 * classes per level. Levels in outputs of their own need `anchors` described, not in a file.
 */
export const efficientdetDecoder = defineDecoder(
  'efficientdet',
  strictObject({
    /** What the scores still lack. */
    activation: elementwise.default('none'),
    /** Left out: the model's file with the role `anchors`. */
    anchors: layout.optional(),
  }),
  ({ activation, anchors: described }, files) => {
    const source = anchorSource('efficientdet', described && ((input) => makeAnchors(described, input)), files)
    const coding = { variances: [1, 1], order: 'yxhw' } as const
    return (outputs, input, scoreThreshold) => {
      const anchors = source(input)
      const rows =
        described && outputs.length > 2
          ? levelRows(described, outputs, input)
          : [wholeRows(outputs, anchors.length / 4)]
      const list = new CandidateList()
      for (const part of rows) {
        addAnchorRows(list, part, { anchors, coding, activation, input, scoreThreshold })
      }
      return list.candidates()
    }
  },
)

function wholeRows(outputs: readonly TaskOutput[], count: number): AnchorRows {
  const [boxes, scores] = boxesAndScores('efficientdet', outputs, count)
  return { boxes, scores, first: 0, count }
}

function levelRows(described: Layout, outputs: readonly TaskOutput[], input: Size): AnchorRows[] {
  const perCell = described.num_scales * described.aspect_ratios.length
  const levels = gridsByLevel('efficientdet', outputs, input, stridesOf(described), [
    { what: `boxes of ${4 * perCell} channels`, fits: (channels) => channels === 4 * perCell },
    { what: `scores of ${perCell} x classes channels`, fits: (channels) => channels % perCell === 0 },
  ])
  let first = 0
  return levels.map(([boxes, scores]) => {
    const count = boxes.rows * boxes.columns * perCell
    const rows = { boxes: rowsOfGrid(boxes, perCell), scores: rowsOfGrid(scores, perCell), first, count }
    first += count
    return rows
  })
}

function stridesOf({ min_level, max_level }: Layout): number[] {
  return Array.from({ length: max_level - min_level + 1 }, (_, index) => 2 ** (min_level + index))
}

/** Cells row by row, in each the octave's sizes, of each the aspect ratios. Where a side is no multiple, cells are not square. */
function makeAnchors(described: Layout, input: Size): Anchors {
  const values: number[] = []
  for (const stride of stridesOf(described)) {
    const { rows, columns } = cellsOf(input, stride)
    const sides = Array.from({ length: described.num_scales }, (_, octave) => 2 ** (octave / described.num_scales))
    for (let cell = 0; cell < rows * columns; cell++) {
      const y = (Math.floor(cell / columns) + 0.5) / rows
      const x = ((cell % columns) + 0.5) / columns
      for (const side of sides) {
        for (const ratio of described.aspect_ratios) {
          const root = Math.sqrt(ratio)
          const base = described.anchor_scale * side
          values.push(y, x, base / root / rows, (base * root) / columns)
        }
      }
    }
  }
  return Float32Array.from(values)
}
