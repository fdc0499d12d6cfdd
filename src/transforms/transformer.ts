/** What one named transformer is: a checked parameter set, a function on one image, and where it puts the pixels. */
import type * as z from 'zod'
import { imageSize, type ImageTensor } from '../image/image-tensor.ts'
import type { Size } from '../image/resize-cv-taps.ts'
import { unmoved, type Placed } from './geometry.ts'

/** A transformer with its parameters. */
export interface ImageStep {
  /** The image after the step. Throws DataError where it does not fit. */
  readonly apply: (image: ImageTensor) => ImageTensor
  /** Where `apply` puts the pixels of a picture of this size, without touching any. Throws like `apply`. */
  readonly place: (size: Size) => Placed
}

export interface Transformer {
  /** Class name of the manual. */
  readonly name: string
  /** Strict object schema: the manual's parameter names and defaults. */
  readonly params: z.ZodObject
  /** The step for parameters that `params` has checked. */
  bind(params: unknown): ImageStep
}

/** Declare a transformer; `apply` gets the parameters as `params` outputs them. Without `place` every pixel stays where it is. */
export function defineTransformer<Schema extends z.ZodObject>(
  name: string,
  params: Schema,
  apply: (image: ImageTensor, params: z.output<Schema>) => ImageTensor,
  place: (size: Size, params: z.output<Schema>) => Placed = unmoved,
): Transformer {
  return {
    name,
    params,
    bind(values) {
      const checked = params.parse(values)
      return { apply: (image) => apply(image, checked), place: (size) => place(size, checked) }
    },
  }
}

/**
 * Declare a transformer that moves pixels. `locate` computes the size and offset once, from the picture's size alone;
 * `apply` makes the pixels from what it returned.
 */
export function defineGeometricTransformer<Schema extends z.ZodObject, Plan extends Placed>(
  name: string,
  params: Schema,
  locate: (size: Size, params: z.output<Schema>) => Plan,
  apply: (image: ImageTensor, plan: Plan, params: z.output<Schema>) => ImageTensor,
): Transformer {
  return {
    name,
    params,
    bind(values) {
      const checked = params.parse(values)
      return {
        apply(image) {
          const { height, width } = imageSize(image)
          return apply(image, locate({ height, width }, checked), checked)
        },
        place: (size) => locate(size, checked),
      }
    },
  }
}
