/** Where the label of a box goes, so that labels can be read where boxes crowd. */
import type { Box } from '../metrics/boxes.ts'
import type { Rectangle } from './svg.ts'

/** Size of a label in pixels. */
export interface LabelSize {
  width: number
  height: number
}

/**
 * A place for every label, in the order given (the most important first): above its box, inside at the top, below, inside at the
 * bottom; the first of them that lies in the picture and on no label placed before, else the first that lies in the picture.
 */
export function placeLabels(
  labels: readonly { box: Box; size: LabelSize }[],
  picture: { width: number; height: number },
): Rectangle[] {
  const placed: Rectangle[] = []
  for (const { box, size } of labels) {
    const candidates = placesAround(box, size, picture)
    placed.push(candidates.find((place) => !placed.some((other) => meet(place, other))) ?? candidates[0])
  }
  return placed
}

function placesAround(
  [x1, y1, , y2]: Box,
  { width, height }: LabelSize,
  picture: { width: number; height: number },
): Rectangle[] {
  const x = within(x1, picture.width - width)
  const tops = [y1 - height, y1, y2, y2 - height]
  const inside = tops.filter((y) => y >= 0 && y + height <= picture.height)
  // of a box beyond the picture's edge, as near as the picture allows
  return (inside.length > 0 ? inside : [within(y1, picture.height - height)]).map((y) => ({ x, y, width, height }))
}

function within(value: number, largest: number): number {
  return Math.max(0, Math.min(value, largest))
}

function meet(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}
