/** Soft-NMS: boxes that overlap a better one lose score instead of being dropped (Bodla et al. 2017). */
import type { Candidates } from './candidates.ts'
import { sharedRatio } from './shared-ratio.ts'
import type { Kept, SuppressionLimits } from './suppression.ts'

/** Factor on the score of a box that overlaps a kept one by so much. */
export type Decay = (iou: number) => number

/** Class by class: the best box stays, the others decay, and again; then all classes together, best first. */
export function softSuppress(
  { boxes, scores, classes }: Candidates,
  order: Uint32Array,
  { maxDetections, scoreThreshold }: SuppressionLimits,
  decay: Decay,
): Kept[] {
  const kept: Kept[] = []
  for (const members of byClass(order, classes)) {
    const rest = members.map((index) => ({ index, score: scores[index] }))
    for (let n = 0; n < maxDetections && rest.length > 0; n++) {
      const [best] = rest.splice(bestOf(rest), 1)
      if (!(best.score > scoreThreshold)) break
      kept.push(best)
      for (const other of rest) other.score *= decay(sharedRatio(boxes, best.index, other.index))
    }
  }
  return kept.sort((a, b) => b.score - a.score || a.index - b.index).slice(0, maxDetections)
}

function byClass(order: Uint32Array, classes: Int32Array): Iterable<number[]> {
  const groups = new Map<number, number[]>()
  for (const index of order) {
    const group = groups.get(classes[index])
    if (group) group.push(index)
    else groups.set(classes[index], [index])
  }
  return groups.values()
}

/** Position of the best score, the first of equal ones. */
function bestOf(rest: readonly Kept[]): number {
  let best = 0
  for (let at = 1; at < rest.length; at++) if (rest[at].score > rest[best].score) best = at
  return best
}
