/** Networks that end in one plane of scores per class. */
import { strictObject } from '../../text/strict-object.ts'
import type { Size } from '../../image/resize-cv-taps.ts'
import { outputShapeError } from '../output-shape.ts'
import type { TaskOutput } from '../output.ts'
import type { SegmentationDecoder } from './decoder.ts'
import { linearTaps, type LinearTaps } from './linear-taps.ts'

const MAX_CLASSES = 255

/**
 * One output 1 x classes x h x w or 1 x h x w x classes, logits or probabilities, resized bilinearly to the network's input
 * (pixel centres at halves); the largest wins, of equal ones the first class.
 */
export const logitsDecoder: SegmentationDecoder = {
  name: 'logits',
  params: strictObject({}),
  decode(outputs, input) {
    const planes = outputs.length === 1 ? planesOf(outputs[0], input) : undefined
    if (!planes) {
      const { height, width } = input
      const wanted = `one output of 1 x classes x h x w or 1 x h x w x classes with h : w as ${height} : ${width}`
      throw outputShapeError('logits', wanted, outputs)
    }
    return largestClass(planes, input)
  },
}

interface Planes {
  readonly data: ArrayLike<number>
  readonly classes: number
  readonly height: number
  readonly width: number
  /** Distance between the values of two classes at one pixel. */
  readonly classStep: number
  /** Distance between the values of one class at two neighbours in a row. */
  readonly pixelStep: number
}

function planesOf({ shape, data }: TaskOutput, input: Size): Planes | undefined {
  if (shape.length !== 4 || shape[0] !== 1) return undefined
  const [, a, b, c] = shape
  const fits = (classes: number, height: number, width: number): boolean =>
    classes >= 2 && classes <= MAX_CLASSES && Math.abs(height - (width * input.height) / input.width) < 1
  if (fits(a, b, c)) return { data, classes: a, height: b, width: c, classStep: b * c, pixelStep: 1 }
  if (fits(c, a, b)) return { data, classes: c, height: a, width: b, classStep: 1, pixelStep: c }
  return undefined
}

function largestClass(planes: Planes, { height, width }: Size): Uint8Array {
  const { data, classes, classStep, pixelStep } = planes
  const rows = linearTaps(planes.height, height)
  const columns = linearTaps(planes.width, width)
  const labels = new Uint8Array(height * width)
  const row = new Float32Array(planes.width)
  const best = new Float32Array(width)
  for (let y = 0; y < height; y++) {
    best.fill(-Infinity)
    const line = labels.subarray(y * width, (y + 1) * width)
    const upper = rows.first[y] * planes.width * pixelStep
    const lower = rows.second[y] * planes.width * pixelStep
    const weight = rows.weight[y]
    for (let classId = 0; classId < classes; classId++) {
      for (let x = 0, at = classId * classStep; x < row.length; x++, at += pixelStep) {
        row[x] = data[upper + at] + weight * (data[lower + at] - data[upper + at])
      }
      keepLargest(row, columns, classId, best, line)
    }
  }
  return labels
}

/** Stretch one row of one class, and take it where it is the largest so far. */
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
