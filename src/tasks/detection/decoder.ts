/** What a family of detectors is: checked parameters, and a function from raw outputs to candidate boxes. */
import type * as z from 'zod'
import type { TaskOutput } from '../output.ts'

/** Boxes before suppression, in no order. All arrays have one entry per candidate (`boxes` four). */
export interface Candidates {
  /** Left, top, right, bottom in pixels of the network's input, which may lie outside of it. */
  readonly boxes: Float32Array
  readonly scores: Float32Array
  /** Class of the data set, from 0. */
  readonly classes: Int32Array
}

/** Size of the network's input in pixels. */
export interface InputSize {
  readonly height: number
  readonly width: number
}

export interface DetectionDecoder {
  /** As cards name it. */
  readonly name: string
  /** Strict object schema of the decoder's own parameters. */
  readonly params: z.ZodObject
  /** The decoder for parameters that `params` has checked. */
  bind(params: unknown): BoundDecoder
}

/**
 * Candidates whose score is above the threshold: an anchor gives one for each class above it.
 *
 * Outputs come in the card's order, else the model's; where a family's outputs differ in shape, the decoder finds them by
 * shape. Throws DataError DATA_OUTPUT_SHAPE for outputs that are not of the family's form, naming the shapes it wants and got.
 */
export type BoundDecoder = (outputs: readonly TaskOutput[], input: InputSize, scoreThreshold: number) => Candidates

/** Declare a decoder; `decode` gets the parameters as `params` outputs them. */
export function defineDecoder<Schema extends z.ZodObject>(
  name: string,
  params: Schema,
  decode: (
    outputs: readonly TaskOutput[],
    input: InputSize,
    scoreThreshold: number,
    params: z.output<Schema>,
  ) => Candidates,
): DetectionDecoder {
  return {
    name,
    params,
    bind(values) {
      const checked = params.parse(values)
      return (outputs, input, scoreThreshold) => decode(outputs, input, scoreThreshold, checked)
    },
  }
}
