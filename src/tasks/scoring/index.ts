/** Scorings by data set: the metric each is known by. */
import { cocoScoring } from './coco.ts'
import { meanIouScoring } from './mean-iou.ts'
import type { Scoring } from './scoring.ts'
import { topKScoring } from './top-k.ts'
import { vocScoring } from './voc.ts'

export const SCORINGS = {
  imagenet: topKScoring,
  cifar10: topKScoring,
  mnist: topKScoring,
  coco: cocoScoring,
  voc: vocScoring,
  cityscapes: meanIouScoring,
} as const satisfies Record<string, Scoring>
