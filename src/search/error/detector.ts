import { channelLayout } from './channels.ts'
import type { Measure, Reference, Values } from './measure.ts'
import { cellScores, detectionScores, scoreError } from './scores.ts'

/** Consecutive channels of a value that mean one thing. */
export interface Channels {
  value: string
  /** Axis of the channels. */
  axis: number
  first: number
  count: number
}

/** Scores and the boxes they belong to, cell by cell (one anchor of one level, or all of them). */
export interface DetectionGroup {
  scores: readonly (Channels & { isLogit: boolean; isSoftmax?: boolean })[]
  boxes: readonly Channels[]
}

/**
 * Detector, boxes not decoded: sum (p - p')^2 / sum p^2 over the scores of all classes (times objectness), plus the error of the box channels in units of their
 * spread, weighted by the cell's float score where that is at least 0.05. Cells are matched by index.
 */
export function detectorMeasures(groups: readonly DetectionGroup[], expected: readonly Values[]): Measure[] {
  const scored = scoreMeasure(groups)
  const boxed = groups.filter((group) => group.boxes.length > 0)
  return boxed.length === 0 ? [scored] : [scored, boxMeasure(boxed, expected)]
}

function scoreMeasure(groups: readonly DetectionGroup[]): Measure {
  const values = [...new Set(groups.flatMap((group) => group.scores.map((part) => part.value)))]
  return {
    kind: 'detector',
    title: `relative squared error of the scores in ${values.map((value) => `'${value}'`).join(', ')}`,
    values,
    reference(expected) {
      const scores = groups.map((group) => detectionScores(group, expected))
      let weight = 0
      for (const list of scores) for (const p of list) weight += p * p
      return {
        weight,
        error(actual) {
          let sum = 0
          for (const [i, group] of groups.entries()) sum += scoreError(group, scores[i], actual)
          return sum
        },
      }
    },
  }
}

function boxMeasure(groups: readonly DetectionGroup[], all: readonly Values[]): Measure {
  const spreads = groups.map((group) => boxSpreads(group, all))
  const values = [...new Set(groups.flatMap((group) => group.boxes.map((part) => part.value)))]
  return {
    kind: 'detector',
    title: `error of the boxes in ${values.map((value) => `'${value}'`).join(', ')}, weighted by score`,
    values,
    reference(expected): Reference {
      const boxes = groups.map((group) => countedBoxes(group, expected))
      let weight = 0
      for (const { weights } of boxes) for (const w of weights) weight += w
      return {
        weight,
        error(actual) {
          let sum = 0
          for (const [g, group] of groups.entries()) sum += boxError(group, boxes[g], actual, spreads[g])
          return sum
        },
      }
    },
  }
}

/** The cells whose boxes count: all that a reference keeps of the float results. */
interface CountedBoxes {
  cells: Int32Array
  weights: Float32Array
  /** Of each part of the boxes, cell by cell: [part][cell * count + channel]. */
  values: Float32Array[]
}

function countedBoxes(group: DetectionGroup, expected: Values): CountedBoxes {
  const scores = cellScores(group, expected)
  const cells = Int32Array.from(scores.keys()).filter((cell) => scores[cell] !== 0)
  const values = group.boxes.map(({ value, axis, first, count }) => {
    const tensor = expected.get(value)!
    const { start, stride } = channelLayout(tensor.shape, axis)
    const data = tensor.floats()
    return Float32Array.from({ length: cells.length * count }, (_, i) => {
      return data[start(cells[Math.floor(i / count)]) + (first + (i % count)) * stride]
    })
  })
  return { cells, weights: Float32Array.from(cells, (cell) => scores[cell]), values }
}

/** sum over cells of w mean_k |d_k| / spread_k. */
function boxError(
  group: DetectionGroup,
  { cells, weights, values }: CountedBoxes,
  actual: Values,
  spreads: readonly number[],
): number {
  let sum = 0
  let channel = 0
  for (const [part, { value, axis, first, count }] of group.boxes.entries()) {
    const tensor = actual.get(value)!
    const { start, stride } = channelLayout(tensor.shape, axis)
    const data = tensor.floats()
    for (const [i, cell] of cells.entries()) {
      const base = start(cell) + first * stride
      for (let k = 0; k < count; k++) {
        const difference = Math.abs(values[part][i * count + k] - data[base + k * stride])
        sum += (weights[i] * difference) / spreads[channel + k]
      }
    }
    channel += count
  }
  return sum / spreads.length
}

/** Standard deviation of each box channel over the cells that count, of all samples. */
function boxSpreads(group: DetectionGroup, all: readonly Values[]): number[] {
  const weights = all.map((expected) => cellScores(group, expected))
  return group.boxes.flatMap(({ value, axis, first, count }) =>
    Array.from({ length: count }, (_, k) => {
      let total = 0
      let sum = 0
      let squares = 0
      for (const [i, expected] of all.entries()) {
        const tensor = expected.get(value)!
        const { start, stride } = channelLayout(tensor.shape, axis)
        const data = tensor.floats()
        for (let cell = 0; cell < weights[i].length; cell++) {
          const w = weights[i][cell]
          if (w === 0) continue
          const x = data[start(cell) + (first + k) * stride]
          total += w
          sum += w * x
          squares += w * x * x
        }
      }
      if (total === 0) return 1
      const mean = sum / total
      return Math.sqrt(Math.max(squares / total - mean * mean, 0)) + 0.05 * Math.abs(mean) + 1e-6
    }),
  )
}
