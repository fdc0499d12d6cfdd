/** What reads a label map out of a segmentation network's outputs. */
import type * as z from 'zod'
import type { Size } from '../../image/resize-cv-taps.ts'
import type { TaskOutput } from '../output.ts'

/**
 * Class of every pixel of the network's input, row by row. Throws DataError DATA_OUTPUT_SHAPE for outputs that are not of the
 * decoder's form.
 */
export type LabelDecoder = (outputs: readonly TaskOutput[], input: Size) => Uint8Array

export interface SegmentationDecoder {
  /** As cards name it. */
  readonly name: string
  readonly params: z.ZodObject
  readonly decode: LabelDecoder
}
