/** Planes of scores, in either layout, and the class that wins at every pixel of the network's input. */
import type { Size } from '../../image/resize-cv-taps.ts'
import type { TaskOutput } from '../output.ts'
import { linearTaps, type LinearTaps } from './linear-taps.ts'

export interface Planes {
  readonly data: ArrayLike<number>
  readonly count: number
  readonly height: number
  readonly width: number
  /** Distance between the values of two planes at one pixel. */
  readonly planeStep: number
  /** Distance between the values of one plane at two neighbours in a row. */
  readonly pixelStep: number
}

/**
 * An output 1 x planes x h x w or 1 x h x w x planes with h : w as the input has them, and an accepted number of planes; undefined
 * for any other.
 */
export function planesOf(
  { shape, data }: TaskOutput,
  input: Size,
  accepts: (count: number) => boolean,
): Planes | undefined {
  if (shape.length !== 4 || shape[0] !== 1) return undefined
  const [, a, b, c] = shape
  const fits = (count: number, height: number, width: number): boolean =>
    accepts(count) && Math.abs(height - (width * input.height) / input.width) < 1
  if (fits(a, b, c)) return { data, count: a, height: b, width: c, planeStep: b * c, pixelStep: 1 }
  if (fits(c, a, b)) return { data, count: c, height: a, width: b, planeStep: 1, pixelStep: c }
  return undefined
}

/**
 * The number of the plane with the largest score, resized bilinearly to the size given (pixel centres at halves); of equal ones
 * the first. With `background`, planes count from 1, and pixels where none exceeds this score are 0.
 */
export function largestPlane(planes: Planes, { height, width }: Size, background?: number): Uint8Array {
  const { data, count, planeStep, pixelStep } = planes
  const rows = linearTaps(planes.height, height)
  const columns = linearTaps(planes.width, width)
  const labels = new Uint8Array(height * width)
  const row = new Float32Array(planes.width)
  const best = new Float32Array(width)
  const first = background === undefined ? 0 : 1
  for (let y = 0; y < height; y++) {
    best.fill(background ?? -Infinity)
    const line = labels.subarray(y * width, (y + 1) * width)
    const upper = rows.first[y] * planes.width * pixelStep
    const lower = rows.second[y] * planes.width * pixelStep
    const weight = rows.weight[y]
    for (let plane = 0; plane < count; plane++) {
      for (let x = 0, at = plane * planeStep; x < row.length; x++, at += pixelStep) {
        row[x] = data[upper + at] + weight * (data[lower + at] - data[upper + at])
      }
      keepLargest(row, columns, first + plane, best, line)
    }
  }
  return labels
}

/** Stretch one row of one plane, and take it where it is the largest so far. */
function keepLargest(
  row: Float32Array,
  { first, second, weight }: LinearTaps,
  classId: number,
  best: Float32Array,
  labels: Uint8Array,
): void {
  for (let x = 0; x < best.length; x++) {
    const left = row[first[x]]
    const value = left + weight[x] * (row[second[x]] - left)
    if (value > best[x]) {
      best[x] = value
      labels[x] = classId
    }
  }
}
