/** Boxes that are encoded into a detector's outputs and must come back. */
import * as fc from 'fast-check'
import { expect } from 'vitest'
import type { Candidates } from '../../src/tasks/detection/candidates.ts'

export interface KnownBox {
  /** Centre and sides in pixels of the network's input. */
  x: number
  y: number
  width: number
  height: number
  classId: number
  /** 0..1, not at the ends. */
  score: number
}

const real = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true })

/** A box whose centre lies inside an input of this size. */
export function knownBox(input: { height: number; width: number }, classes: number): fc.Arbitrary<KnownBox> {
  return fc.record({
    x: real(0.5, input.width - 0.5),
    y: real(0.5, input.height - 0.5),
    width: real(2, input.width),
    height: real(2, input.height),
    classId: fc.integer({ min: 0, max: classes - 1 }),
    score: real(0.3, 0.95),
  })
}

/** Candidates in the words of known boxes. */
export function decodedBoxes({ boxes, scores, classes }: Candidates): KnownBox[] {
  return Array.from(scores, (score, index) => {
    const [x1, y1, x2, y2] = boxes.subarray(4 * index, 4 * index + 4)
    return { x: (x1 + x2) / 2, y: (y1 + y2) / 2, width: x2 - x1, height: y2 - y1, classId: classes[index], score }
  })
}

/** Matches a box within a hundredth of a pixel, with the same class and nearly the same score. */
export function near({ x, y, width, height, classId, score }: KnownBox): object {
  const pixels = (value: number): unknown => expect.closeTo(value, 2)
  return {
    x: pixels(x),
    y: pixels(y),
    width: pixels(width),
    height: pixels(height),
    classId,
    score: expect.closeTo(score, 4),
  }
}
