/** Scores of a detector's cells. */
import type { Tensor } from '../../ir/tensor.ts'
import { channelLayout, sigmoid } from './channels.ts'
import type { DetectionGroup } from './detector.ts'
import type { Values } from './measure.ts'

/** Cells with a smaller float score do not count for boxes. */
const LOWEST_SCORE = 0.05
/** A cell whose objectness is smaller answers nothing, whatever its classes say. */
const SILENT = 0.002
/** Where objectness says no, and a class nevertheless says more than this, classes are not scores by themselves. */
const FREE_CLASS = 0.05
const CLOSED = 0.01
/** Share of cells with free classes that no detector without objectness has: there, only objects have scores. */
const FREE_SHARE = 0.25
/** Where objectness says yes. */
const OPEN = 0.5
/** One channel that speaks up in more of the free cells is a background. */
const BACKGROUND_SHARE = 0.9

type ScorePart = DetectionGroup['scores'][number]

/** Class scores of each cell, cell after cell, times objectness where a group has one; otherwise its scores as they are. */
export function detectionScores(group: DetectionGroup, values: Values): Float32Array {
  const { parts, objectness } = classParts(group, values)
  const lists = parts.map((part) => probabilities(values, part, objectness))
  if (lists.length === 1) return lists[0]
  const all = new Float32Array(lists.reduce((sum, list) => sum + list.length, 0))
  let at = 0
  for (const list of lists) {
    all.set(list, at)
    at += list.length
  }
  return all
}

/** The parts that hold classes, and the objectness of each cell where the group has one. */
function classParts(
  group: DetectionGroup,
  values: Values,
): { parts: ScorePart[]; objectness: Float32Array | undefined } {
  const gates = objectnessParts(group)
  return {
    parts: group.scores.filter((part) => !gates.includes(part)),
    objectness: gates.length === 0 ? undefined : product(gates.map((part) => probabilities(values, part))),
  }
}

/**
 * sum (p - p')^2 over the class scores of all cells.
 *
 * @param own `detectionScores` of the same sample, to compare with. Nothing as large is made here: that costs more than the sum.
 */
export function scoreError(group: DetectionGroup, own: Float32Array, actual: Values): number {
  const { parts, objectness } = classParts(group, actual)
  let sum = 0
  let k = 0
  for (const part of parts) {
    const tensor = actual.get(part.value)!
    const { cells, start, stride } = channelLayout(tensor.shape, part.axis)
    const data = tensor.floats()
    for (let cell = 0; cell < cells; cell++) {
      const factor = objectness ? objectness[cell] : 1
      const end = k + part.count
      if (factor < SILENT) {
        for (; k < end; k++) sum += own[k] * own[k]
        continue
      }
      for (let at = start(cell) + part.first * stride; k < end; k++, at += stride) {
        const difference = own[k] - Math.fround(factor * (part.isLogit ? sigmoid(data[at]) : data[at]))
        sum += difference * difference
      }
    }
  }
  return sum
}

/** Float score of each cell: the largest class score, times objectness; 0 below 0.05. */
export function cellScores(group: DetectionGroup, values: Values): Float32Array {
  const [{ value, axis }] = group.scores
  const { cells } = channelLayout(values.get(value)!.shape, axis)
  const scores = detectionScores(group, values)
  const gates = objectnessParts(group)
  const best = new Float32Array(cells)
  let at = 0
  for (const { count } of group.scores.filter((part) => !gates.includes(part))) {
    for (let cell = 0; cell < cells; cell++) {
      for (let k = 0; k < count; k++, at++) if (scores[at] > best[cell]) best[cell] = scores[at]
    }
  }
  return best.map((score) => (score >= LOWEST_SCORE ? score : 0))
}

/**
 * The group with its first channel of scores taken for objectness, if it is: the classes of most cells are then free to say
 * anything, because nobody trained them there. Only beside boxes, and not for a softmax, whose channels answer for each other.
 */
export function withObjectness(group: DetectionGroup, expected: readonly Values[]): DetectionGroup {
  const [part] = group.scores
  if (group.boxes.length === 0 || group.scores.length !== 1 || part.count < 2 || part.isSoftmax) return group
  let cells = 0
  let isEverOpen = false
  const free = new Float64Array(part.count)
  for (const values of expected) {
    const p = probabilities(values, part)
    for (let at = 0; at < p.length; at += part.count, cells++) {
      if (p[at] >= OPEN) isEverOpen = true
      if (p[at] >= CLOSED) continue
      let strongest = 1
      for (let k = 2; k < part.count; k++) if (p[at + k] > p[at + strongest]) strongest = k
      if (p[at + strongest] > FREE_CLASS) free[strongest]++
    }
  }
  const all = free.reduce((sum, count) => sum + count, 0)
  const isBackground = part.count > 2 && Math.max(...free) > BACKGROUND_SHARE * all
  if (!isEverOpen || all <= FREE_SHARE * cells || isBackground) return group
  const classes = { ...part, first: part.first + 1, count: part.count - 1 }
  return { ...group, scores: [{ ...part, count: 1 }, classes] }
}

/** Scores that stand alone beside those of several classes, and boxes. */
function objectnessParts({ scores, boxes }: DetectionGroup): ScorePart[] {
  return boxes.length > 0 && scores.some((part) => part.count > 1) ? scores.filter((part) => part.count === 1) : []
}

function product(lists: readonly Float32Array[]): Float32Array {
  return lists.reduce((total, list) => total.map((value, i) => value * list[i]))
}

/** Scores of the part's channels, cell after cell, times objectness where given. */
function probabilities(values: Values, part: ScorePart, objectness?: Float32Array): Float32Array {
  const tensor: Tensor = values.get(part.value)!
  const { cells, start, stride } = channelLayout(tensor.shape, part.axis)
  const data = tensor.floats()
  const result = new Float32Array(cells * part.count)
  for (let cell = 0; cell < cells; cell++) {
    const factor = objectness ? objectness[cell] : 1
    if (factor < SILENT) continue
    let at = start(cell) + part.first * stride
    for (let k = cell * part.count; k < (cell + 1) * part.count; k++, at += stride) {
      result[k] = factor * (part.isLogit ? sigmoid(data[at]) : data[at])
    }
  }
  return result
}
