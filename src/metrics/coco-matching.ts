/** Which detections of one class on one picture count as found, as pycocotools matches them. */
import { boxArea, sharedArea, type Detection, type GroundTruth } from './boxes.ts'
import { type ClassBoxes, type ClassOutcome, rankByScore } from './ranking.ts'

/** 0.5 to 0.95, computed as numpy's linspace does: 0.9 comes out as 0.8999999999999999, and a box may lie between. */
export const OVERLAP_THRESHOLDS: readonly number[] = Array.from({ length: 10 }, (_, i) => 0.5 + i * ((0.95 - 0.5) / 9))

/** Square pixels, both ends inside: all, small, medium, large. */
export const AREA_RANGES: readonly (readonly [low: number, high: number])[] = [
  [0, 1e10],
  [0, 32 ** 2],
  [32 ** 2, 96 ** 2],
  [96 ** 2, 1e10],
]

/** Detections of one class on one picture that count at all. */
const MAX_DETECTIONS = 100
/** Behind the ten bits that say "found" lie ten that say "not counted". */
const NOT_COUNTED = OVERLAP_THRESHOLDS.length
const NOT_COUNTED_ANYWHERE = ((1 << OVERLAP_THRESHOLDS.length) - 1) << NOT_COUNTED

export interface CocoOutcome extends ClassOutcome {
  /** Objects to be found, one number per area range. */
  readonly objects: readonly number[]
  /** `found[area range][detection]`: bit `t` of the number tells found, bit `10 + t` not counted, at overlap threshold `t`. */
  readonly outcomes: readonly (readonly number[])[]
}

/** Neither set: a wrong detection. */
export const isFound = (outcome: number, threshold: number): number => (outcome >> threshold) & 1
export const isCounted = (outcome: number, threshold: number): boolean =>
  ((outcome >> (NOT_COUNTED + threshold)) & 1) === 0

/** At how many of the ten thresholds. */
export const thresholdsFound = (outcome: number): number => BITS[outcome & (BITS.length - 1)]
const BITS = Uint8Array.from({ length: 1 << OVERLAP_THRESHOLDS.length }, (_, bits) => {
  let count = 0
  for (let rest = bits; rest > 0; rest >>= 1) count += rest & 1
  return count
})

/** Match the detections of one class on one picture, best score first, at every overlap threshold and in every area range. */
export function matchCoco(picture: number, { classId, detections, truths }: ClassBoxes): CocoOutcome {
  const scores = detections.map(({ score }) => score)
  const ranked = Array.from(rankByScore(scores).subarray(0, MAX_DETECTIONS), (index) => detections[index])
  const table: OverlapTable = {
    areas: ranked.map(({ box }) => boxArea(box)),
    crowd: truths.map(({ crowd }) => crowd === true),
    // most classes of a picture have no object there
    meeting:
      truths.length === 0
        ? []
        : ranked.flatMap((detection, index) => {
            const row = overlaps(detection, truths)
            return row ? [{ detection: index, row }] : []
          }),
  }
  const areas = truths.map(({ area, box }) => area ?? boxArea(box))
  const objects: number[] = []
  const outcomes: number[][] = []
  for (const range of AREA_RANGES) {
    const wanted: number[] = []
    const others: number[] = []
    for (const [index, area] of areas.entries()) {
      if (isInside(area, range) && !table.crowd[index]) wanted.push(index)
      else others.push(index)
    }
    objects.push(wanted.length)
    outcomes.push(matchInRange(table, wanted, others, range))
  }
  return { picture, classId, scores: ranked.map(({ score }) => score), objects, outcomes }
}

type AreaRange = (typeof AREA_RANGES)[number]

function isInside(area: number, [low, high]: AreaRange): boolean {
  return area >= low && area <= high
}

/** Detections, best first, against the labelled objects of their class. */
interface OverlapTable {
  /** By detection. */
  readonly areas: readonly number[]
  /** By object. */
  readonly crowd: readonly boolean[]
  /** The detections that meet an object well enough for some threshold, with their overlaps by object. */
  readonly meeting: readonly { readonly detection: number; readonly row: Float64Array }[]
}

/**
 * Each detection takes the object it overlaps most among those left; a crowd is never used up.
 * @param wanted Indices of the objects to be found.
 * @param others Those neither right nor wrong to find, taken only where no wanted one fits.
 * @returns One number per detection, bits as in `CocoOutcome.outcomes`.
 */
function matchInRange(
  { areas, crowd, meeting }: OverlapTable,
  wanted: readonly number[],
  others: readonly number[],
  range: AreaRange,
): number[] {
  // a detection without an object is wrong, unless an object of its size would not be looked for either
  const result = areas.map((area) => (isInside(area, range) ? 0 : NOT_COUNTED_ANYWHERE))
  if (meeting.length === 0) return result
  const taken = new Uint8Array(crowd.length)
  const closest = (row: Float64Array, candidates: readonly number[], threshold: number): number => {
    let match = -1
    let best = threshold
    for (const index of candidates) {
      if (row[index] < best || (taken[index] && !crowd[index])) continue
      best = row[index]
      match = index
    }
    return match
  }
  for (const [t, threshold] of OVERLAP_THRESHOLDS.entries()) {
    taken.fill(0)
    for (const { row, detection } of meeting) {
      let match = closest(row, wanted, threshold)
      const found = match >= 0
      if (!found) match = closest(row, others, threshold)
      if (match < 0) continue
      taken[match] = 1
      const notCounted = 1 << (NOT_COUNTED + t)
      if (found) result[detection] = (result[detection] & ~notCounted) | (1 << t)
      else result[detection] |= notCounted
    }
  }
  return result
}

/** Intersection over union with every object, over the detection's own area for crowds. */
function overlaps({ box }: Detection, truths: readonly GroundTruth[]): Float64Array | undefined {
  let row: Float64Array | undefined
  const area = boxArea(box)
  for (const [index, truth] of truths.entries()) {
    const shared = sharedArea(box, truth.box)
    if (shared === 0) continue
    const overlap = shared / (truth.crowd ? area : area + boxArea(truth.box) - shared)
    if (overlap >= OVERLAP_THRESHOLDS[0]) (row ??= new Float64Array(truths.length))[index] = overlap
  }
  return row
}
