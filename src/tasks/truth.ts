/** What people labelled a picture with. */
import type { GroundTruth } from '../metrics/boxes.ts'

/** Class of every pixel, row by row; 255 does not count. */
export interface LabelMap {
  readonly width: number
  readonly height: number
  readonly labels: Uint8Array
}

export type Truth =
  | { readonly kind: 'class'; readonly classId: number }
  | { readonly kind: 'boxes'; readonly boxes: readonly GroundTruth[] }
  | { readonly kind: 'mask'; readonly mask: LabelMap }
