import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gridOutput, type GridOutput, type HeadLayout } from '../../../test/support/grid-output.ts'
import { decodedBoxes, knownBox, type KnownBox, near } from '../../../test/support/known-box.ts'
import { DataError } from '../../errors.ts'
import { logit } from './sigmoid.ts'
import { yolov2Decoder } from './yolov2.ts'
import { yolov3Decoder, yolov4Decoder } from './yolov3.ts'
import { yolov5Decoder } from './yolov5.ts'

const CLASSES = 3
const INPUT = { height: 64, width: 96 }
const NONE = new Map<string, Uint8Array>()
/** No object anywhere. */
const NOTHING = -30

const layouts = fc.constantFrom<HeadLayout>('NCHW', 'NHWC')

function emptyHeads(strides: readonly number[], anchors: number, layout: HeadLayout): GridOutput[] {
  return strides.map((stride) =>
    gridOutput(
      layout,
      { channels: anchors * (5 + CLASSES), rows: INPUT.height / stride, columns: INPUT.width / stride },
      NOTHING,
      `stride ${stride}`,
    ),
  )
}

/** Write raw values at an anchor of a cell; the score is all objectness, the class is certain. */
function write(
  head: GridOutput,
  { row, column, anchor }: { row: number; column: number; anchor: number },
  [x, y, w, h]: readonly [number, number, number, number],
  { score, classId }: KnownBox,
): void {
  const values = [
    x,
    y,
    w,
    h,
    logit(score),
    ...Array.from({ length: CLASSES }, (_, id) => (id === classId ? 30 : NOTHING)),
  ]
  for (const [k, value] of values.entries()) head.set(anchor * values.length + k, row, column, value)
}

const level = fc.record({ index: fc.integer({ min: 0, max: 2 }), anchor: fc.integer({ min: 0, max: 2 }) })
const STRIDES = [8, 16, 32]
const ANCHORS: [number, number][][] = [
  [
    [10, 13],
    [16, 30],
    [33, 23],
  ],
  [
    [30, 61],
    [62, 45],
    [59, 119],
  ],
  [
    [116, 90],
    [156, 198],
    [373, 326],
  ],
]

/** What a family calls the position in a cell (0..1) and the side in multiples of the anchor. */
interface Family {
  decoder: typeof yolov3Decoder
  anchors: [number, number][][]
  centre: (inCell: number, index: number) => number
  side: (ratio: number) => number
  /** Sides beyond are out of reach. */
  maxRatio: number
}

const V4_SCALES = [1.2, 1.1, 1.05]
const FAMILIES: Family[] = [
  { decoder: yolov3Decoder, anchors: ANCHORS, centre: logit, side: Math.log, maxRatio: Infinity },
  {
    decoder: yolov4Decoder,
    anchors: ANCHORS,
    centre: (inCell, index) => logit((inCell + (V4_SCALES[index] - 1) / 2) / V4_SCALES[index]),
    side: Math.log,
    maxRatio: Infinity,
  },
  {
    decoder: yolov5Decoder,
    anchors: ANCHORS,
    centre: (inCell) => logit((inCell + 0.5) / 2),
    side: (ratio) => logit(Math.sqrt(ratio) / 2),
    maxRatio: 4,
  },
]

test.each(FAMILIES.map((family) => [family.decoder.name, family] as const))(
  '%s gives encoded boxes back, in either layout and any order of the outputs',
  (_, { decoder, anchors, centre, side, maxRatio }) => {
    const decode = decoder.bind({ strides: STRIDES, anchors }, NONE)
    fc.assert(
      fc.property(
        knownBox(INPUT, CLASSES),
        level,
        layouts,
        fc.boolean(),
        (box, { index, anchor }, layout, isReversed) => {
          const stride = STRIDES[index]
          const [anchorWidth, anchorHeight] = anchors[index][anchor]
          const known = {
            ...box,
            width: Math.min(box.width, 0.99 * maxRatio * anchorWidth),
            height: Math.min(box.height, 0.99 * maxRatio * anchorHeight),
          }
          const [column, row] = [Math.floor(known.x / stride), Math.floor(known.y / stride)]
          const heads = emptyHeads(STRIDES, 3, layout)
          // away from the border of the cell, where a sigmoid alone does not reach
          const inside = (x: number): number => Math.min(Math.max(x, 0.001), 0.999)
          const [inX, inY] = [inside(known.x / stride - column), inside(known.y / stride - row)]
          const raw = [
            centre(inX, index),
            centre(inY, index),
            side(known.width / anchorWidth),
            side(known.height / anchorHeight),
          ] as const
          write(heads[index], { row, column, anchor }, raw, known)
          const outputs = isReversed ? heads.toReversed() : heads
          const moved = { ...known, x: (column + inX) * stride, y: (row + inY) * stride }
          expect(decodedBoxes(decode(outputs, INPUT, 0.1))).toEqual([near(moved)])
        },
      ),
    )
  },
)

describe('yolov2', () => {
  const decode = yolov2Decoder.bind({}, NONE)
  const [anchorWidth, anchorHeight] = [1.87446 * 32, 2.06253 * 32]

  test('gives encoded boxes back', () => {
    fc.assert(
      fc.property(knownBox(INPUT, CLASSES), layouts, (known, layout) => {
        const [head] = emptyHeads([32], 5, layout)
        const [column, row] = [Math.floor(known.x / 32), Math.floor(known.y / 32)]
        const inside = (x: number): number => Math.min(Math.max(x, 0.001), 0.999)
        const [inX, inY] = [inside(known.x / 32 - column), inside(known.y / 32 - row)]
        const raw = [
          logit(inX),
          logit(inY),
          Math.log(known.width / anchorWidth),
          Math.log(known.height / anchorHeight),
        ] as const
        write(head, { row, column, anchor: 1 }, raw, known)
        expect(decodedBoxes(decode([head], INPUT, 0.1))).toEqual([
          near({ ...known, x: (column + inX) * 32, y: (row + inY) * 32 }),
        ])
      }),
    )
  })
  test('the classes of a cell share a softmax', () => {
    const [head] = emptyHeads([32], 5, 'NCHW')
    // objectness 1, classes at odds of 1 : 2 : 1
    const values = [0, 0, 0, 0, 30, 0, Math.log(2), 0]
    for (const [k, value] of values.entries()) head.set(k, 1, 2, value)
    const { scores, classes } = decode([head], INPUT, 0.1)
    expect([...classes]).toEqual([0, 1, 2])
    expect([...scores]).toEqual([0.25, 0.5, 0.25].map((score) => expect.closeTo(score, 5)))
  })
})

test('several classes of one anchor are independent in yolov3', () => {
  const decode = yolov3Decoder.bind({ strides: STRIDES, anchors: ANCHORS }, NONE)
  const heads = emptyHeads(STRIDES, 3, 'NCHW')
  const values = [0, 0, 0, 0, logit(0.8), logit(0.5), logit(0.05), logit(0.9)]
  for (const [k, value] of values.entries()) heads[0].set(k, 3, 5, value)
  const { scores, classes, boxes } = decode(heads, INPUT, 0.1)
  expect([...classes]).toEqual([0, 2])
  expect([...scores]).toEqual([0.4, 0.72].map((score) => expect.closeTo(score, 5)))
  // the middle of cell (3, 5), the first anchor
  expect([...boxes.subarray(0, 4)]).toEqual([44 - 5, 28 - 6.5, 44 + 5, 28 + 6.5])
})

test('outputs of another form are refused with what is wanted', () => {
  const decode = yolov5Decoder.bind({}, NONE)
  const heads = emptyHeads(STRIDES, 3, 'NCHW')
  expect(() => decode(heads.slice(1), INPUT, 0)).toThrow(DataError)
  expect(() => decode([...heads, heads[0]], INPUT, 0)).toThrow(DataError)
  expect(() => decode(heads, { height: 64, width: 64 }, 0)).toThrow(
    expect.objectContaining({
      message: "decoder 'yolov5' wants one output of 3 x (5 + classes) channels over grids of 8 x 8, 4 x 4, 2 x 2",
      detail: expect.stringContaining('stride 8: 1 x 24 x 8 x 12'),
    }),
  )
})

test('strides and anchors must fit together', () => {
  expect(yolov3Decoder.params.safeParse({ strides: [16, 32] }).success).toBe(false)
  expect(yolov3Decoder.params.safeParse({ strides: [16, 32], anchors: ANCHORS.slice(1) }).success).toBe(true)
  expect(yolov4Decoder.params.safeParse({ scale_x_y: [1.1] }).success).toBe(false)
})
