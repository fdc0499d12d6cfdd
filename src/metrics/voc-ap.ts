/** Average precision of boxes as VOC computes it: over 11 points (2007) and over every point (2010 and later). */
import { boxArea, sharedArea, type Box, type Detection, type GroundTruth } from './boxes.ts'
import {
  boxesByClass,
  type ClassBoxes,
  type ClassOutcome,
  interpolatedPrecision,
  meanOrNull,
  outcomesByClass,
  precisionEnvelope,
  rankByScore,
} from './ranking.ts'

interface VocOutcome extends ClassOutcome {
  /** Objects to be found. */
  readonly objects: number
  /** 1 for a correct detection, 0 for a wrong one; those that meet a difficult object are left out. */
  readonly correct: readonly number[]
}

/** What `merge` takes: plain data, so that they travel between processes. */
export type VocCounts = readonly VocOutcome[]

/** Values 0..1. */
export interface VocResult {
  /** Means over the classes with objects to be found; null where there are none. */
  elevenPoint: number | null
  everyPoint: number | null
  /** Classes with objects to be found, in rising order. */
  perClass: { classId: number; elevenPoint: number; everyPoint: number }[]
}

export class VocAp {
  readonly #threshold: number
  readonly #outcomes: VocOutcome[] = []

  /** @param threshold Intersection over union that a correct detection reaches. */
  constructor(threshold = 0.5) {
    this.#threshold = threshold
  }

  /** Count one picture, each once; its number ranks detections of equal score and sets nothing else. */
  add(picture: number, detections: readonly Detection[], truths: readonly GroundTruth[]): void {
    for (const boxes of boxesByClass(detections, truths)) {
      this.#outcomes.push(matchVoc(picture, boxes, this.#threshold))
    }
  }

  /** Add the counts of another shard, of other pictures, made with the same threshold. */
  merge(other: VocCounts): void {
    for (const outcome of other) this.#outcomes.push(outcome)
  }

  counts(): VocCounts {
    return [...this.#outcomes]
  }

  result(): VocResult {
    const perClass = outcomesByClass(this.#outcomes).flatMap(([classId, outcomes]) => {
      const objects = outcomes.reduce((sum, outcome) => sum + outcome.objects, 0)
      if (objects === 0) return []
      const correct = outcomes.flatMap((outcome) => outcome.correct)
      const order = rankByScore(outcomes.flatMap(({ scores }) => scores))
      const precisions = precisionEnvelope(Uint8Array.from(order, (index) => correct[index]))
      return {
        classId,
        elevenPoint: interpolatedPrecision(precisions, objects, 11),
        everyPoint: everyPoint(precisions, objects),
      }
    })
    return {
      elevenPoint: meanOrNull(perClass.map((scores) => scores.elevenPoint)),
      everyPoint: meanOrNull(perClass.map((scores) => scores.everyPoint)),
      perClass,
    }
  }
}

/**
 * A detection is compared with the object it overlaps most, taken or not: the second one on an object is wrong, even where
 * another object would do.
 */
function matchVoc(picture: number, { classId, detections, truths }: ClassBoxes, threshold: number): VocOutcome {
  const taken = new Set<GroundTruth>()
  const scores: number[] = []
  const correct: number[] = []
  for (const index of rankByScore(detections.map(({ score }) => score))) {
    const { box, score } = detections[index]
    let best: GroundTruth | undefined
    let most = 0
    for (const truth of truths) {
      const overlap = intersectionOverUnion(box, truth.box)
      if (overlap <= most) continue
      most = overlap
      best = truth
    }
    if (most < threshold) best = undefined
    if (best?.difficult) continue
    scores.push(score)
    correct.push(best && !taken.has(best) ? 1 : 0)
    if (best) taken.add(best)
  }
  return { picture, classId, objects: truths.filter(({ difficult }) => !difficult).length, scores, correct }
}

function intersectionOverUnion(a: Box, b: Box): number {
  const shared = sharedArea(a, b)
  return shared > 0 ? shared / (boxArea(a) + boxArea(b) - shared) : 0
}

/** Area under the precision envelope: every object found adds a step of the same width. */
function everyPoint(precisions: Float64Array, objects: number): number {
  return precisions.reduce((sum, precision) => sum + precision, 0) / objects
}
