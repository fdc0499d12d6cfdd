/** Average precision and recall of boxes, the twelve numbers of COCO, equal to pycocotools. */
import type { Detection, GroundTruth } from './boxes.ts'
import {
  AREA_RANGES,
  type CocoOutcome,
  isCounted,
  isFound,
  matchCoco,
  OVERLAP_THRESHOLDS,
  thresholdsFound,
} from './coco-matching.ts'
import {
  boxesByClass,
  interpolatedPrecision,
  meanOrNull,
  outcomesByClass,
  precisionEnvelope,
  rankByScore,
} from './ranking.ts'

/** What `merge` takes: plain data, so that they travel between processes. */
export type CocoCounts = readonly CocoOutcome[]

/** Values 0..1; null where no object was to be found (pycocotools prints -1). */
export interface CocoResult {
  /** Mean over the overlap thresholds 0.5, 0.55, ..., 0.95 and the classes; the number papers give. */
  ap: number | null
  ap50: number | null
  ap75: number | null
  /** Objects of up to 32 x 32 pixels, up to 96 x 96, and larger. */
  apSmall: number | null
  apMedium: number | null
  apLarge: number | null
  /** Recall of the best 1, 10 and 100 detections per class and picture, mean over thresholds and classes. */
  ar1: number | null
  ar10: number | null
  ar100: number | null
  arSmall: number | null
  arMedium: number | null
  arLarge: number | null
  /** `ap` of every class with objects, classes in rising order. */
  perClass: { classId: number; ap: number }[]
}

/** Precision is read at recall 0, 0.01, ..., 1. */
const RECALL_POINTS = 101

export class CocoAp {
  readonly #outcomes: CocoOutcome[] = []

  /** Count one picture, each once; its number ranks detections of equal score and sets nothing else. */
  add(picture: number, detections: readonly Detection[], truths: readonly GroundTruth[]): void {
    for (const boxes of boxesByClass(detections, truths)) this.#outcomes.push(matchCoco(picture, boxes))
  }

  /** Add the counts of another shard, of other pictures. */
  merge(other: CocoCounts): void {
    for (const outcome of other) this.#outcomes.push(outcome)
  }

  counts(): CocoCounts {
    return [...this.#outcomes]
  }

  /** `ap` of the result alone, for which one area range of four is enough. */
  ap(): number | null {
    const scores = outcomesByClass(this.#outcomes).map(([, outcomes]) => score(outcomes, 1)[0])
    return meanOrNull(scores.filter(({ objects }) => objects > 0).map(({ aps }) => mean(aps)))
  }

  result(): CocoResult {
    const classes = outcomesByClass(this.#outcomes).map(([classId, outcomes]) => ({
      classId,
      scores: score(outcomes, AREA_RANGES.length),
    }))
    const inRange = (range: number): Score[] =>
      classes.map(({ scores }) => scores[range]).filter(({ objects }) => objects > 0)
    const [all, small, medium, large] = [inRange(0), inRange(1), inRange(2), inRange(3)]
    const ap = (scores: readonly Score[]): number | null => meanOrNull(scores.map(({ aps }) => mean(aps)))
    const apAt = (threshold: number): number | null => meanOrNull(all.map(({ aps }) => aps[threshold]))
    const ar = (scores: readonly Score[], limit: Limit): number | null =>
      meanOrNull(scores.map(({ recalls }) => recalls[limit]))
    return {
      ap: ap(all),
      ap50: apAt(0),
      ap75: apAt(5),
      apSmall: ap(small),
      apMedium: ap(medium),
      apLarge: ap(large),
      ar1: ar(all, 1),
      ar10: ar(all, 10),
      ar100: ar(all, 100),
      arSmall: ar(small, 100),
      arMedium: ar(medium, 100),
      arLarge: ar(large, 100),
      perClass: classes
        .filter(({ scores }) => scores[0].objects > 0)
        .map(({ classId, scores }) => ({ classId, ap: mean(scores[0].aps) })),
    }
  }
}

/** Detections per class and picture that a recall looks at. */
type Limit = 1 | 10 | 100

/** One class in one area range. */
interface Score {
  /** To be found; the rest means nothing without any. */
  objects: number
  /** Average precision at each overlap threshold. */
  aps: number[]
  /** Mean over the overlap thresholds. */
  recalls: Record<Limit, number>
}

/** Score one class in the first so many area ranges. */
function score(outcomes: readonly CocoOutcome[], ranges: number): Score[] {
  const order = rankByScore(joined(outcomes, Float64Array, ({ scores }) => scores))
  return AREA_RANGES.slice(0, ranges).map((_, range) => {
    const objects = outcomes.reduce((sum, outcome) => sum + outcome.objects[range], 0)
    const unranked = joined(outcomes, Uint32Array, (outcome) => outcome.outcomes[range])
    const ranked = order.map((index) => unranked[index])
    const recall = (limit: Limit): number => {
      const found = outcomes.reduce((sum, outcome) => sum + countFound(outcome.outcomes[range], limit), 0)
      return found / objects / OVERLAP_THRESHOLDS.length
    }
    return {
      objects,
      aps: OVERLAP_THRESHOLDS.map((_threshold, t) => averagePrecision(ranked, t, objects)),
      recalls: { 1: recall(1), 10: recall(10), 100: recall(100) },
    }
  })
}

/** The lists of all outcomes behind each other: hundreds of thousands of short ones, so without lists in between. */
function joined<T extends Float64Array | Uint32Array>(
  outcomes: readonly CocoOutcome[],
  Type: new (length: number) => T,
  listOf: (outcome: CocoOutcome) => readonly number[],
): T {
  const all = new Type(outcomes.reduce((sum, outcome) => sum + outcome.scores.length, 0))
  let at = 0
  for (const outcome of outcomes) {
    const list = listOf(outcome)
    for (let index = 0; index < list.length; index++) all[at++] = list[index]
  }
  return all
}

/** Objects found at the ten overlap thresholds together by the first `limit` detections. */
function countFound(outcomes: readonly number[], limit: number): number {
  let count = 0
  const end = Math.min(limit, outcomes.length)
  for (let detection = 0; detection < end; detection++) count += thresholdsFound(outcomes[detection])
  return count
}

/** @param ranked Outcomes as in `CocoOutcome`, best score first. */
function averagePrecision(ranked: Uint32Array, threshold: number, objects: number): number {
  const correct = new Uint8Array(ranked.length)
  let counted = 0
  for (let index = 0; index < ranked.length; index++) {
    if (isCounted(ranked[index], threshold)) correct[counted++] = isFound(ranked[index], threshold)
  }
  return interpolatedPrecision(precisionEnvelope(correct.subarray(0, counted)), objects, RECALL_POINTS)
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
