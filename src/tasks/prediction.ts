/** What a model says about one picture, decoded. */
import type { Detection } from '../metrics/boxes.ts'
import type { ClassScore } from './classification.ts'
import type { LabelMap } from './truth.ts'

export type Prediction =
  | { readonly kind: 'classes'; readonly ranked: readonly ClassScore[] }
  /** Best score first, in pixels of the original picture. */
  | { readonly kind: 'boxes'; readonly detections: readonly Detection[] }
  /** As large as the original picture. */
  | { readonly kind: 'mask'; readonly mask: LabelMap }
