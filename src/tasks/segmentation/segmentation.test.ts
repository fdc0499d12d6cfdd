import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DataError } from '../../errors.ts'
import type { TaskOutput } from '../output.ts'
import { classMapDecoder } from './class-map.ts'
import { logitsDecoder } from './logits.ts'
import { maskDecoder } from './mask.ts'
import { buildSegmenter } from './segment.ts'

const SIZE = { height: 6, width: 8 }
const unmoved = { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 }

function planes(values: readonly number[], [classes, h, w]: readonly [number, number, number]): TaskOutput {
  return { name: 'logits', shape: [1, classes, h, w], data: Float32Array.from(values) }
}

/** The same scores with the classes last. */
function classesLast({ name, shape: [, classes, h, w], data }: TaskOutput): TaskOutput {
  const moved = Float32Array.from(data, (_, index) => data[(index % classes) * h * w + Math.floor(index / classes)])
  return { name, shape: [1, h, w, classes], data: moved }
}

describe('logits', () => {
  test('by hand: two values stretched to four are at 0, 1/4, 3/4 and 1 of the way', () => {
    // class 0: 0 everywhere; class 1: from -2 to 1, so at -2, -1.25, 0.25, 1
    const output = planes([0, 0, -2, 1], [2, 1, 2])
    expect([...logitsDecoder.decode([output], { height: 2, width: 4 })]).toEqual([0, 0, 1, 1, 0, 0, 1, 1])
  })
  test('equals an interpolation of every class at every pixel, in either layout', () => {
    // 3 classes over 3 x 4; multiples of 1/8 are exact in both
    const values = fc.array(
      fc.integer({ min: -40, max: 40 }).map((n) => n / 8),
      { minLength: 36, maxLength: 36 },
    )
    fc.assert(
      fc.property(values, (list) => {
        const output = planes(list, [3, 3, 4])
        const labels = logitsDecoder.decode([output], SIZE)
        expect([...labels]).toEqual(bruteForce(list))
        expect(logitsDecoder.decode([classesLast(output)], SIZE)).toEqual(labels)
      }),
    )
  })
  test('scores as large as the input are compared as they are', () => {
    const list = Array.from({ length: 96 }, (_, index) => (7 * index) % 13)
    const expected = Array.from({ length: 48 }, (_, pixel) => (list[48 + pixel] > list[pixel] ? 1 : 0))
    expect([...logitsDecoder.decode([planes(list, [2, 6, 8])], SIZE)]).toEqual(expected)
  })
  test.each([[[1, 3, 8, 4]], [[1, 1, 3, 4]], [[3, 3, 4]], [[2, 3, 3, 4]]])('%j is refused', (shape) => {
    const data = new Float32Array(shape.reduce((product, length) => product * length, 1))
    expect(() => logitsDecoder.decode([{ name: 'logits', shape, data }], SIZE)).toThrow(DataError)
  })
})

/** 3 x 4 to 6 x 8: every output pixel's centre lies at (i + 0.5) / 2 - 0.5 of the values, held inside. */
function bruteForce(list: readonly number[]): number[] {
  const taps = (at: number, last: number): [number, number, number] => {
    const source = Math.min(Math.max((at + 0.5) / 2 - 0.5, 0), last)
    const first = Math.floor(source)
    return [first, Math.min(first + 1, last), source - first]
  }
  return Array.from({ length: 48 }, (_, pixel) => {
    const [top, bottom, down] = taps(Math.floor(pixel / 8), 2)
    const [left, right, along] = taps(pixel % 8, 3)
    const scores = [0, 1, 2].map((classId) => {
      const at = (row: number, column: number): number => list[classId * 12 + row * 4 + column]
      const upper = at(top, left) * (1 - along) + at(top, right) * along
      const lower = at(bottom, left) * (1 - along) + at(bottom, right) * along
      return upper * (1 - down) + lower * down
    })
    return scores.indexOf(Math.max(...scores))
  })
}

describe('mask', () => {
  test('by hand: above the threshold is foreground, stretched as scores are', () => {
    // -2 and 1 stretched to four: -2, -1.25, 0.25, 1
    const size = { height: 1, width: 4 }
    const output = planes([-2, 1], [1, 1, 2])
    expect([...maskDecoder.decode([output], size, { threshold: 0 })]).toEqual([0, 0, 1, 1])
    expect([...maskDecoder.decode([output], size)]).toEqual([0, 0, 0, 1])
  })
  test.each([[[1, 6, 8]], [[1, 1, 6, 8]], [[1, 6, 8, 1]]])('%j is one plane', (shape) => {
    const data = Array.from({ length: 48 }, (_, index) => (index % 3) / 2)
    const labels = maskDecoder.decode([{ name: 'mask', shape, data }], SIZE)
    expect([...labels]).toEqual(data.map((score) => Number(score > 0.5)))
  })
  test.each([[[1, 2, 6, 8]], [[1, 1, 8, 6]], [[4, 1, 6, 8]]])('%j is refused', (shape) => {
    const data = new Float32Array(shape.reduce((product, length) => product * length, 1))
    expect(() => maskDecoder.decode([{ name: 'mask', shape, data }], SIZE)).toThrow(DataError)
  })
})

describe('class map', () => {
  test.each([[[1, 6, 8]], [[1, 1, 6, 8]], [[1, 6, 8, 1]], [[6, 8]]])('%j is taken as it is', (shape) => {
    const data = Array.from({ length: 48 }, (_, index) => index % 19)
    expect([...classMapDecoder.decode([{ name: 'map', shape, data }], SIZE)]).toEqual(data)
  })
  test('numbers that no class has do not count', () => {
    const data = [0, 254, 255, 256, -1, NaN]
    const decoded = classMapDecoder.decode([{ name: 'map', shape: [1, 1, 6], data }], { height: 1, width: 6 })
    expect([...decoded]).toEqual([0, 254, 255, 255, 255, 255])
  })
  test('another size is refused', () => {
    expect(() => classMapDecoder.decode([{ name: 'map', shape: [1, 8, 6], data: new Float32Array(48) }], SIZE)).toThrow(
      expect.objectContaining({
        message: "decoder 'class_map' wants one output of 1 x 6 x 8",
        detail: 'the model gives map: 1 x 8 x 6',
      }),
    )
  })
})

describe('on the picture', () => {
  const segment = buildSegmenter({ name: 'class_map', params: {} })
  const data = Array.from({ length: 48 }, (_, index) => index)
  const outputs = [{ name: 'map', shape: [1, 6, 8], data }]

  test('a picture as large as the input keeps its classes', () => {
    const mask = segment(outputs, SIZE, { size: SIZE, placement: unmoved })
    expect(mask).toEqual({ ...SIZE, labels: Uint8Array.from(data) })
  })
  test('a picture of another size gets the class at the centre of each pixel', () => {
    const placement = { ...unmoved, scaleX: 2, scaleY: 2 }
    const half = segment(outputs, { height: 3, width: 4 }, { size: SIZE, placement })
    expect([...half.labels.subarray(0, 4)]).toEqual([9, 11, 13, 15])
    const double = segment(
      outputs,
      { height: 12, width: 16 },
      { size: SIZE, placement: { ...unmoved, scaleX: 0.5, scaleY: 0.5 } },
    )
    expect([...double.labels.subarray(0, 6)]).toEqual([0, 0, 1, 1, 2, 2])
    expect([...double.labels.subarray(11 * 16)].slice(-2)).toEqual([47, 47])
  })
  test('letterboxes are taken off, and what was cut away gets the next class', () => {
    const padded = segment(
      outputs,
      { height: 2, width: 3 },
      { size: SIZE, placement: { ...unmoved, offsetX: 4, offsetY: 1 } },
    )
    expect([...padded.labels]).toEqual([12, 13, 14, 20, 21, 22])
    const cut = segment(outputs, { height: 1, width: 10 }, { size: SIZE, placement: { ...unmoved, offsetX: -1 } })
    expect([...cut.labels]).toEqual([0, 0, 1, 2, 3, 4, 5, 6, 7, 7])
  })
})
