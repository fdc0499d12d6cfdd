/** YOLOX: anchor-free, one box per cell of every stride (Megvii, github Megvii-BaseDetection/YOLOX). */
import * as z from 'zod'
import type { Size } from '../../image/resize-cv-taps.ts'
import { strictObject } from '../../text/strict-object.ts'
import { outputShapeError } from '../output-shape.ts'
import type { TaskOutput } from '../output.ts'
import { CandidateList, type Candidates } from './candidates.ts'
import { defineDecoder } from './decoder.ts'
import { cellsOf } from './grid.ts'

/**
 * One output 1 x N x (5 + classes): centre in cells from the cell's corner, logarithm of width and height in cells, objectness and
 * class scores after their sigmoids; N counts the cells of all strides, row by row. The score is objectness times class score.
 */
export const yoloxDecoder = defineDecoder(
  'yolox',
  strictObject({ strides: z.array(z.int().positive()).min(1).default([8, 16, 32]) }),
  ({ strides }) =>
    (outputs, input, scoreThreshold) =>
      decode(outputs, input, scoreThreshold, strides),
)

function decode(
  outputs: readonly TaskOutput[],
  input: Size,
  scoreThreshold: number,
  strides: readonly number[],
): Candidates {
  const grids = strides.map((stride) => ({ stride, ...cellsOf(input, stride) }))
  const cells = grids.reduce((sum, { rows, columns }) => sum + rows * columns, 0)
  const [output] = outputs
  const [, count, width] = output?.shape ?? []
  if (outputs.length !== 1 || output.shape.length !== 3 || count !== cells || width < 6) {
    throw outputShapeError('yolox', `one output of 1 x ${cells} x (5 + classes)`, outputs)
  }
  const { data } = output
  const list = new CandidateList()
  let at = 0
  for (const { stride, rows, columns } of grids) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, at += width) {
        const objectness = data[at + 4]
        if (!(objectness > scoreThreshold)) continue
        const x = (data[at] + column) * stride
        const y = (data[at + 1] + row) * stride
        const halfWidth = (Math.exp(data[at + 2]) * stride) / 2
        const halfHeight = (Math.exp(data[at + 3]) * stride) / 2
        for (let classId = 0; classId < width - 5; classId++) {
          const score = objectness * data[at + 5 + classId]
          if (score > scoreThreshold) {
            list.add(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight, score, classId)
          }
        }
      }
    }
  }
  return list.candidates()
}
