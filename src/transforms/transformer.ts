/** What one named transformer is: a checked parameter set and a function on one image. */
import type * as z from 'zod'
import type { ImageTensor } from '../image/image-tensor.ts'

export type ImageOperation = (image: ImageTensor) => ImageTensor

export interface Transformer {
  /** Class name of the manual. */
  readonly name: string
  /** Strict object schema: the manual's parameter names and defaults. */
  readonly params: z.ZodObject
  /** The operation for parameters that `params` has checked. */
  bind(params: unknown): ImageOperation
}

/** Declare a transformer; `apply` gets the parameters as `params` outputs them. */
export function defineTransformer<Schema extends z.ZodObject>(
  name: string,
  params: Schema,
  apply: (image: ImageTensor, params: z.output<Schema>) => ImageTensor,
): Transformer {
  return {
    name,
    params,
    bind(values) {
      const checked = params.parse(values)
      return (image) => apply(image, checked)
    },
  }
}
