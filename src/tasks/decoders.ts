/** Decoders of every task that has them, by the name cards use. */
import type * as z from 'zod'
import { DETECTION_DECODERS } from './detection/index.ts'
import { SEGMENTATION_DECODERS } from './segmentation/segment.ts'

export const DECODERS: Readonly<Record<'detection' | 'segmentation', ReadonlyMap<string, { params: z.ZodObject }>>> = {
  detection: DETECTION_DECODERS,
  segmentation: SEGMENTATION_DECODERS,
}
