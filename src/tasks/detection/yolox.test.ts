import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DataError } from '../../errors.ts'
import { yoloxDecoder } from './yolox.ts'

const CLASSES = 3
const INPUT = { height: 64, width: 96 }
const GRIDS = [8, 16, 32].map((stride) => ({ stride, rows: INPUT.height / stride, columns: INPUT.width / stride }))
const CELLS = GRIDS.reduce((sum, { rows, columns }) => sum + rows * columns, 0)

const decode = yoloxDecoder.bind({}, new Map())

const output = (data: Float32Array, shape: number[] = [1, CELLS, 5 + CLASSES]) => [{ name: 'output', shape, data }]

interface Known {
  level: number
  x: number
  y: number
  width: number
  height: number
  classId: number
  objectness: number
  score: number
}

/** The inverse: a box as the network would say it in the cell its centre lies in. */
function encode({ level, x, y, width, height, classId, objectness, score }: Known, into: Float32Array): void {
  const { stride, columns } = GRIDS[level]
  const before = GRIDS.slice(0, level).reduce((sum, grid) => sum + grid.rows * grid.columns, 0)
  const [row, column] = [Math.floor(y / stride), Math.floor(x / stride)]
  const at = (before + row * columns + column) * (5 + CLASSES)
  into.set([x / stride - column, y / stride - row, Math.log(width / stride), Math.log(height / stride), objectness], at)
  into[at + 5 + classId] = score
}

describe('yolox', () => {
  test('gives encoded boxes back', () => {
    const known = fc.record({
      level: fc.integer({ min: 0, max: 2 }),
      x: fc.double({ min: 0, max: 95.9, noNaN: true }),
      y: fc.double({ min: 0, max: 63.9, noNaN: true }),
      width: fc.double({ min: 1, max: 90, noNaN: true }),
      height: fc.double({ min: 1, max: 60, noNaN: true }),
      classId: fc.integer({ min: 0, max: CLASSES - 1 }),
      objectness: fc.double({ min: 0.5, max: 1, noNaN: true }),
      score: fc.double({ min: 0.5, max: 1, noNaN: true }),
    })
    fc.assert(
      fc.property(known, (box) => {
        const data = new Float32Array(CELLS * (5 + CLASSES))
        encode(box, data)
        const { boxes, scores, classes } = decode(output(data), INPUT, 0.1)
        expect([...classes]).toEqual([box.classId])
        expect(scores[0]).toBeCloseTo(box.objectness * box.score, 5)
        const [x1, y1, x2, y2] = boxes
        expect((x1 + x2) / 2).toBeCloseTo(box.x, 3)
        expect((y1 + y2) / 2).toBeCloseTo(box.y, 3)
        expect(x2 - x1).toBeCloseTo(box.width, 3)
        expect(y2 - y1).toBeCloseTo(box.height, 3)
      }),
    )
  })
  test('one candidate for every class above the threshold', () => {
    const data = new Float32Array(CELLS * (5 + CLASSES))
    data.set([0, 0, 0, 0, 0.5, 0.9, 0.1, 0.5], 0)
    expect([...decode(output(data), INPUT, 0.2).classes]).toEqual([0, 2])
    expect(decode(output(data), INPUT, 0.5).scores).toHaveLength(0)
  })
  test('more candidates than the list begins with', () => {
    const data = new Float32Array(CELLS * (5 + CLASSES)).fill(1)
    const { boxes, scores } = decode(output(data), INPUT, 0.5)
    expect(scores).toEqual(new Float32Array(CLASSES * CELLS).fill(1))
    expect(boxes).toHaveLength(4 * CLASSES * CELLS)
  })
  test('NaN is no object', () => {
    const data = new Float32Array(CELLS * (5 + CLASSES)).fill(NaN)
    expect(decode(output(data), INPUT, 0).scores).toHaveLength(0)
  })
  test('names the shapes it wants and got', () => {
    const shape = [1, CELLS + 1, 8]
    expect(() => decode(output(new Float32Array(8 * (CELLS + 1)), shape), INPUT, 0)).toThrow(DataError)
    expect(() => decode(output(new Float32Array(8 * (CELLS + 1)), shape), INPUT, 0)).toThrow(
      expect.objectContaining({
        message: `decoder 'yolox' wants one output of 1 x ${CELLS} x (5 + classes)`,
        detail: `the model gives output: 1 x ${CELLS + 1} x 8`,
      }),
    )
    expect(() => decode([], INPUT, 0)).toThrow(DataError)
  })
})
