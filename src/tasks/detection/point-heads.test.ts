import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gridOutput, type HeadLayout } from '../../../test/support/grid-output.ts'
import { decodedBoxes, knownBox, near } from '../../../test/support/known-box.ts'
import { DataError } from '../../errors.ts'
import { centernetDecoder } from './centernet.ts'
import { fcosDecoder } from './fcos.ts'
import { logit } from './sigmoid.ts'

const INPUT = { height: 64, width: 96 }
const CLASSES = 3
const NONE = new Map<string, Uint8Array>()
const layouts = fc.constantFrom<HeadLayout>('NCHW', 'NHWC')

describe('centernet', () => {
  const grid = { rows: 16, columns: 24 }
  const at = (x: number, y: number): [row: number, column: number] => [Math.floor(y / 4), Math.floor(x / 4)]

  test('gives encoded boxes back: sizes in cells and offsets', () => {
    const decode = centernetDecoder.bind({ activation: 'sigmoid' }, NONE)
    fc.assert(
      fc.property(knownBox(INPUT, CLASSES), layouts, (known, layout) => {
        const heat = gridOutput(layout, { ...grid, channels: CLASSES }, -20)
        const size = gridOutput(layout, { ...grid, channels: 2 })
        const offset = gridOutput(layout, { ...grid, channels: 2 })
        const cell = at(known.x, known.y)
        heat.set(known.classId, ...cell, logit(known.score))
        size.set(0, ...cell, known.width / 4)
        size.set(1, ...cell, known.height / 4)
        offset.set(0, ...cell, known.x / 4 - cell[1])
        offset.set(1, ...cell, known.y / 4 - cell[0])
        expect(decodedBoxes(decode([heat, size, offset], INPUT, 0.1))).toEqual([near(known)])
        expect(decodedBoxes(decode([size, heat, offset], INPUT, 0.1))).toEqual([near(known)])
      }),
    )
  })
  test('gives encoded boxes back: edges in pixels', () => {
    const decode = centernetDecoder.bind({}, NONE)
    fc.assert(
      fc.property(knownBox(INPUT, CLASSES), layouts, (known, layout) => {
        const heat = gridOutput(layout, { ...grid, channels: CLASSES })
        const edges = gridOutput(layout, { ...grid, channels: 4 })
        const [row, column] = at(known.x, known.y)
        heat.set(known.classId, row, column, known.score)
        const [left, top] = [known.x - known.width / 2, known.y - known.height / 2]
        const values = [column * 4 - left, row * 4 - top, left + known.width - column * 4, top + known.height - row * 4]
        for (const [k, value] of values.entries()) edges.set(k, row, column, value)
        expect(decodedBoxes(decode([edges, heat], INPUT, 0.1))).toEqual([near(known)])
      }),
    )
  })
  test('peaks are those of a 3 x 3 maximum', () => {
    const decode = centernetDecoder.bind({}, NONE)
    const heights = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 20, maxLength: 20 })
    fc.assert(
      fc.property(heights, (values) => {
        const [rows, columns] = [4, 5]
        const heat = gridOutput('NCHW', { rows, columns, channels: 1 })
        heat.data.set(values.map((value) => value / 10))
        const { scores } = decode(
          [heat, gridOutput('NCHW', { rows, columns, channels: 4 })],
          { height: 16, width: 20 },
          0.05,
        )
        const peaks = values.filter((value, index) => {
          const [row, column] = [Math.floor(index / columns), index % columns]
          return (
            value > 0 &&
            values.every((other, place) => {
              const isNear =
                Math.abs(Math.floor(place / columns) - row) <= 1 && Math.abs((place % columns) - column) <= 1
              return !isNear || other <= value
            })
          )
        })
        expect([...scores]).toEqual(peaks.map((value) => expect.closeTo(value / 10, 6)))
      }),
    )
  })
  test('refuses outputs without a box form', () => {
    const heat = gridOutput('NCHW', { ...grid, channels: CLASSES })
    const decode = centernetDecoder.bind({}, NONE)
    expect(() => decode([heat], INPUT, 0)).toThrow(DataError)
    expect(() => decode([heat, gridOutput('NCHW', { ...grid, channels: 3 })], INPUT, 0)).toThrow(
      /wants a heatmap, edges of 4 channels over grids of 16 x 24/,
    )
  })
})

describe('fcos', () => {
  const STRIDES = [8, 32]
  test.each([
    ['relu', 'cell'],
    ['relu', 'pixel'],
    ['exp', 'cell'],
    ['exp', 'pixel'],
  ])('gives encoded boxes back: %s distances in %ss', (distances, unit) => {
    const decode = fcosDecoder.bind({ strides: STRIDES, distances, unit }, NONE)
    fc.assert(
      fc.property(
        knownBox(INPUT, CLASSES),
        layouts,
        fc.integer({ min: 0, max: 1 }),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        (known, layout, level, share) => {
          const heads = STRIDES.map((stride) => {
            const grid = { rows: INPUT.height / stride, columns: INPUT.width / stride }
            return {
              scores: gridOutput(layout, { ...grid, channels: CLASSES }, -20),
              sides: gridOutput(layout, { ...grid, channels: 4 }),
              centerness: gridOutput(layout, { ...grid, channels: 1 }),
            }
          })
          const stride = STRIDES[level]
          const [row, column] = [Math.floor(known.y / stride), Math.floor(known.x / stride)]
          // The cell's middle must lie inside the box, where distances are positive.
          const box = { ...known, width: known.width + stride, height: known.height + stride }
          const [x, y] = [(column + 0.5) * stride, (row + 0.5) * stride]
          const [left, top] = [box.x - box.width / 2, box.y - box.height / 2]
          const pixels = [x - left, y - top, left + box.width - x, top + box.height - y]
          const { scores, sides, centerness } = heads[level]
          for (const [k, side] of pixels.entries()) {
            const value = unit === 'cell' ? side / stride : side
            sides.set(k, row, column, distances === 'exp' ? Math.log(value) : value)
          }
          // the score squared is class times centerness: share it out
          const centre = known.score ** (2 * share)
          centerness.set(0, row, column, logit(centre))
          scores.set(box.classId, row, column, logit(known.score ** 2 / centre))
          const outputs = [
            ...heads.map((head) => head.scores),
            ...heads.flatMap((head) => [head.sides, head.centerness]),
          ]
          expect(decodedBoxes(decode(outputs, INPUT, 0.1))).toEqual([near(box)])
        },
      ),
    )
  })
  test('the threshold is one on the square root', () => {
    const decode = fcosDecoder.bind({ strides: [32] }, NONE)
    const grid = { rows: 2, columns: 3 }
    const scores = gridOutput('NCHW', { ...grid, channels: 2 }, -20)
    const centerness = gridOutput('NCHW', { ...grid, channels: 1 }, logit(0.5))
    // square roots 0.5 and 0.3
    scores.set(0, 1, 1, logit(0.5))
    scores.set(1, 0, 0, logit(0.18))
    const outputs = [scores, gridOutput('NCHW', { ...grid, channels: 4 }), centerness]
    expect([...decode(outputs, INPUT, 0.49).scores]).toEqual([expect.closeTo(0.5, 5)])
    expect([...decode(outputs, INPUT, 0.29).scores]).toEqual([expect.closeTo(0.3, 5), expect.closeTo(0.5, 5)])
    expect(decode(outputs, INPUT, 0.51).scores).toHaveLength(0)
  })
})
