/**
 * Where the pixels of a picture land in the network's input, in corner coordinates: pixel i spans i..i+1.
 *
 * The function that computes the size and offset of a geometric step gives both the pixels and the placement, so that boxes are
 * mapped back by the numbers the picture was made with.
 */
import type { Size } from '../image/resize-cv-taps.ts'

/** inputX = pictureX * scaleX + offsetX, and so for y. */
export interface Placement {
  readonly scaleX: number
  readonly scaleY: number
  readonly offsetX: number
  readonly offsetY: number
}

/** What a step makes of a picture of a given size. */
export interface Placed {
  readonly placement: Placement
  /** Size after the step. NV12 counts as the picture it shows, without the chroma rows. */
  readonly size: Size
}

/** Every pixel stays. */
export function unmoved(size: Size): Placed {
  return { placement: { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 }, size }
}

/** The whole picture stretched to `to`. */
export function stretched(from: Size, to: Size): Placed {
  return {
    placement: { scaleX: to.width / from.width, scaleY: to.height / from.height, offsetX: 0, offsetY: 0 },
    size: to,
  }
}

/** A canvas of `size` on which the top-left pixel of the picture lands on (left, top); both are negative where it is cut. */
export function shifted(size: Size, { left, top }: { left: number; top: number }): Placed {
  return { placement: { scaleX: 1, scaleY: 1, offsetX: left, offsetY: top }, size }
}

/** One step after the other. */
export function composed(first: Placed, second: Placed): Placed {
  const [a, b] = [first.placement, second.placement]
  return {
    placement: {
      scaleX: a.scaleX * b.scaleX,
      scaleY: a.scaleY * b.scaleY,
      offsetX: a.offsetX * b.scaleX + b.offsetX,
      offsetY: a.offsetY * b.scaleY + b.offsetY,
    },
    size: second.size,
  }
}
