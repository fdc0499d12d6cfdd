/** What a family of detectors is: checked parameters, and a function from raw outputs to candidate boxes. */
import type * as z from 'zod'
import type { Size } from '../../image/resize-cv-taps.ts'
import type { TaskOutput } from '../output.ts'
import type { Candidates } from './candidates.ts'

/** Bytes of the files that belong to a model beside its network, by the role that the card gives them: `anchors`. */
export type ModelFiles = ReadonlyMap<string, Uint8Array>

export interface DetectionDecoder {
  /** As cards name it. */
  readonly name: string
  /** Strict object schema of the decoder's own parameters. */
  readonly params: z.ZodObject
  /** The decoder for parameters that `params` has checked. Throws ConfigError where it needs a file that is not there. */
  bind(params: unknown, files: ModelFiles): BoundDecoder
}

/**
 * Candidates whose score is above the threshold: an anchor gives one for each class above it.
 *
 * Outputs come in the card's order, else the model's; where a family's outputs differ in shape, the decoder finds them by
 * shape. Throws DataError DATA_OUTPUT_SHAPE for outputs that are not of the family's form, naming the shapes it wants and got.
 */
export type BoundDecoder = (outputs: readonly TaskOutput[], input: Size, scoreThreshold: number) => Candidates

/** Declare a decoder; `prepare` gets the parameters as `params` outputs them and does once what needs no output. */
export function defineDecoder<Schema extends z.ZodObject>(
  name: string,
  params: Schema,
  prepare: (params: z.output<Schema>, files: ModelFiles) => BoundDecoder,
): DetectionDecoder {
  return { name, params, bind: (values, files) => prepare(params.parse(values), files) }
}
