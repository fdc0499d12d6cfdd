/** Which of the boxes that overlap stay: non-maximum suppression as the upstream projects do it. */
import * as z from 'zod'
import { strictObject } from '../../text/strict-object.ts'
import type { Candidates } from './candidates.ts'
import { softSuppress, type Decay } from './soft-suppression.ts'
import { sharedRatio } from './shared-ratio.ts'

export interface SuppressionLimits {
  /** Boxes kept at most. */
  readonly maxDetections: number
  /** Scores that suppression lowers to this or below are dropped. */
  readonly scoreThreshold: number
}

/** Candidates that stay, best first. */
export interface Kept {
  readonly index: number
  readonly score: number
}

/** `order`: indices of the candidates that take part, best first. */
export type Suppress = (candidates: Candidates, order: Uint32Array, limits: SuppressionLimits) => Kept[]

export interface Suppression {
  /** As cards name it. */
  readonly name: string
  readonly params: z.ZodObject
  bind(params: unknown): Suppress
}

const overlap = z.number().min(0).max(1)

const ALL: readonly Suppression[] = [
  define('per_class', strictObject({ iou_threshold: overlap }), ({ iou_threshold }) => hard(iou_threshold, true)),
  define('class_agnostic', strictObject({ iou_threshold: overlap }), ({ iou_threshold }) => hard(iou_threshold, false)),
  // Bodla et al. 2017: both forms, class by class. TensorFlow's soft_nms_sigma is half of this sigma.
  define('soft_gaussian', strictObject({ sigma: z.number().positive() }), ({ sigma }) =>
    soft((iou) => Math.exp((-iou * iou) / sigma)),
  ),
  define('soft_linear', strictObject({ iou_threshold: overlap }), ({ iou_threshold }) =>
    soft((iou) => (iou > iou_threshold ? 1 - iou : 1)),
  ),
  define('none', strictObject({}), () => (candidates, order, { maxDetections }) => {
    return Array.from(order.subarray(0, maxDetections), (index) => ({ index, score: candidates.scores[index] }))
  }),
]

export const SUPPRESSIONS: ReadonlyMap<string, Suppression> = new Map(ALL.map((item) => [item.name, item]))

function define<Schema extends z.ZodObject>(
  name: string,
  params: Schema,
  suppress: (params: z.output<Schema>) => Suppress,
): Suppression {
  return { name, params, bind: (values) => suppress(params.parse(values)) }
}

/**
 * Greedy: a box stays unless one that stays already, of its class where classes are apart, shares more than `iouThreshold`
 * of their union. As the best come first, it may stop at the last one wanted.
 */
function hard(iouThreshold: number, isPerClass: boolean): Suppress {
  return ({ boxes, scores, classes }, order, { maxDetections }) => {
    const kept: Kept[] = []
    /** By class: indices that stay. */
    const stays = new Map<number, number[]>()
    for (const index of order) {
      if (kept.length === maxDetections) break
      const group = isPerClass ? classes[index] : 0
      let rivals = stays.get(group)
      if (!rivals) stays.set(group, (rivals = []))
      if (rivals.some((rival) => sharedRatio(boxes, rival, index) > iouThreshold)) continue
      rivals.push(index)
      kept.push({ index, score: scores[index] })
    }
    return kept
  }
}

function soft(decay: Decay): Suppress {
  return (candidates, order, limits) => softSuppress(candidates, order, limits, decay)
}
