/** What cards say of detection beside the decoder. */
import * as z from 'zod'
import { namedSpec } from '../../text/named-spec.ts'
import { strictObject } from '../../text/strict-object.ts'
import { SUPPRESSIONS } from './suppression.ts'

export const detectionSettings = strictObject({
  /** Boxes with this score or less are dropped. */
  score_threshold: z.number().min(0).max(1).default(0.001),
  /** As many of the best go to suppression. */
  max_candidates: z.int().positive().default(6000),
  nms: namedSpec(SUPPRESSIONS, 'suppression'),
  /** As many of the best are kept after it. */
  max_detections: z.int().positive().default(300),
  /**
   * What the model's class columns (behind `class_offset`) stand for: the classes of the data set in order, COCO's category
   * ids from 1 with their gaps, or a list of classes with -1 where a column is none of them.
   */
  columns: z
    .union([z.literal('classes'), z.literal('coco_category_ids'), z.array(z.int().min(-1)).min(1)], {
      error: 'expected classes, coco_category_ids or a list of classes, -1 for none',
    })
    .default('classes'),
})

export type DetectionSettings = z.output<typeof detectionSettings>
