/** What one named transformer is: a checked parameter set, a function on one image, and where it puts the pixels. */
import type * as z from 'zod'
import { crop, type Rectangle } from '../image/crop.ts'
import { imageSize, type ImageTensor } from '../image/image-tensor.ts'
import type { Size } from '../image/resize-cv-taps.ts'
import { unmoved, type Placed } from './geometry.ts'

/** A transformer with its parameters. */
export interface ImageStep {
  /** The image after the step. Throws DataError where it does not fit. */
  readonly apply: (image: ImageTensor) => ImageTensor
  /** Where `apply` puts the pixels of a picture of this size, without touching any. Throws like `apply`. */
  readonly place: (size: Size) => Placed
  /** Of steps that can make a part of their result at the cost of that part: what `apply` gives, cut to `window`. */
  readonly applyWindow?: (image: ImageTensor, window: Rectangle) => ImageTensor
  /** Of steps that cut out a window, which `place` tells: what `apply` does with the pixels inside. */
  readonly finishWindow?: (inside: ImageTensor) => ImageTensor
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

/** Declare a transformer that resizes: `resize` makes the pixels of a window of the result alone. */
export function defineResizeTransformer<Schema extends z.ZodObject, Plan extends Placed>(
  name: string,
  params: Schema,
  locate: (size: Size, params: z.output<Schema>) => Plan,
  resize: (image: ImageTensor, plan: Plan, params: z.output<Schema>, window: Rectangle) => ImageTensor,
): Transformer {
  return {
    name,
    params,
    bind(values) {
      const checked = params.parse(values)
      const place = (size: Size): Plan => locate(size, checked)
      return {
        place,
        apply(image) {
          const plan = place(imageSize(image))
          return resize(image, plan, checked, { top: 0, left: 0, ...plan.size })
        },
        applyWindow: (image, window) => resize(image, place(imageSize(image)), checked, window),
      }
    },
  }
}

/** Declare a transformer that cuts a window out of the picture, then calls `finish` with the pixels inside. */
export function defineCropTransformer<Schema extends z.ZodObject>(
  name: string,
  params: Schema,
  locate: (size: Size, params: z.output<Schema>) => Placed,
  finish: (inside: ImageTensor, params: z.output<Schema>) => ImageTensor,
): Transformer {
  return {
    name,
    params,
    bind(values) {
      const checked = params.parse(values)
      const place = (size: Size): Placed => locate(size, checked)
      const finishWindow = (inside: ImageTensor): ImageTensor => finish(inside, checked)
      return {
        place,
        apply: (image) => finishWindow(crop(image, windowOf(place(imageSize(image))))),
        finishWindow,
      }
    },
  }
}

/** The rectangle that a cutting step keeps. */
export function windowOf({ size, placement }: Placed): Rectangle {
  return { top: -placement.offsetY, left: -placement.offsetX, ...size }
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
