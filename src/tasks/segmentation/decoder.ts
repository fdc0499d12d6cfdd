/** What reads a label map out of a segmentation network's outputs. */
import type * as z from 'zod'
import type { Size } from '../../image/resize-cv-taps.ts'
import type { TaskOutput } from '../output.ts'

export interface SegmentationDecoder {
  /** As cards name it. */
  readonly name: string
  readonly params: z.ZodObject
  /**
   * Class of every pixel of the network's input, row by row. Throws DataError DATA_OUTPUT_SHAPE for outputs that are not of the
   * decoder's form.
   *
   * @param values the parameters, as the card has them; left out: their defaults
   */
  decode(outputs: readonly TaskOutput[], input: Size, values?: unknown): Uint8Array
}
