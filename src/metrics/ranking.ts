/** What the average precisions of COCO and VOC share: classes apart, detections by score, precision over recall. */
import type { Detection, GroundTruth } from './boxes.ts'

/** How the detections of one class on one picture fared. */
export interface ClassOutcome {
  readonly picture: number
  readonly classId: number
  /** One per detection, in falling order. */
  readonly scores: readonly number[]
}

/** Detections of one class on one picture, and the objects to be found. */
export interface ClassBoxes {
  readonly classId: number
  readonly detections: Detection[]
  readonly truths: GroundTruth[]
}

/** One entry per class that was found or labelled; within it the order given. */
export function boxesByClass(detections: readonly Detection[], truths: readonly GroundTruth[]): Iterable<ClassBoxes> {
  const classes = new Map<number, ClassBoxes>()
  const of = (classId: number): ClassBoxes => {
    let boxes = classes.get(classId)
    if (!boxes) classes.set(classId, (boxes = { classId, detections: [], truths: [] }))
    return boxes
  }
  for (const detection of detections) of(detection.classId).detections.push(detection)
  for (const truth of truths) of(truth.classId).truths.push(truth)
  return classes.values()
}

/**
 * Outcomes by class, classes and pictures in rising order: detections of equal score rank by picture, so the order
 * in which shards came must not show.
 */
export function outcomesByClass<T extends ClassOutcome>(outcomes: readonly T[]): [classId: number, outcomes: T[]][] {
  const classes = new Map<number, T[]>()
  for (const outcome of outcomes) {
    const group = classes.get(outcome.classId)
    if (group) group.push(outcome)
    else classes.set(outcome.classId, [outcome])
  }
  for (const group of classes.values()) group.sort((a, b) => a.picture - b.picture)
  return [...classes].sort(([a], [b]) => a - b)
}

/** Indices by falling score; equal scores keep their order. */
export function rankByScore(scores: ArrayLike<number>): Uint32Array {
  const order = new Uint32Array(scores.length)
  for (let index = 0; index < order.length; index++) order[index] = index
  return order.sort((a, b) => scores[b] - scores[a] || a - b)
}

/**
 * Best precision at or behind each correct detection: entry `k` belongs to the recall of `k + 1` objects.
 * @param correct 1 for a correct detection, 0 for a wrong one, best score first.
 */
export function precisionEnvelope(correct: Uint8Array): Float64Array {
  const precisions = new Float64Array(correct.length)
  let found = 0
  for (let index = 0; index < correct.length; index++) {
    if (correct[index]) precisions[found] = ++found / (index + 1)
  }
  for (let k = found - 2; k >= 0; k--) precisions[k] = Math.max(precisions[k], precisions[k + 1])
  return precisions.subarray(0, found)
}

/**
 * Mean of the precisions at so many recalls, evenly from 0 to 1; beyond the recall that is reached it is 0. The recalls are
 * multiples of 0.1 or 0.01 in floating point, as in the Python code that published numbers come from: 9 objects of 15 do
 * not reach its 0.6000000000000001.
 */
export function interpolatedPrecision(precisions: Float64Array, objects: number, points: 11 | 101): number {
  const step = 1 / (points - 1)
  let sum = 0
  let found = 1
  for (let point = 0; point < points; point++) {
    while (found <= precisions.length && found / objects < point * step) found++
    sum += precisions[found - 1] ?? 0
  }
  return sum / points
}

/** Mean, or null of nothing. */
export function meanOrNull(values: readonly number[]): number | null {
  return values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null
}
