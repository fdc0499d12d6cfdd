/** COCO's category ids: 1..90, of which ten are not used. */
const UNUSED = new Set([12, 26, 29, 30, 45, 66, 68, 69, 71, 83])

/** Class 0..79 of each id from 1 to 90; -1 where an id is not used. */
export const COCO_CLASS_OF_CATEGORY: readonly number[] = classes()

function classes(): number[] {
  let next = 0
  return Array.from({ length: 90 }, (_, index) => (UNUSED.has(index + 1) ? -1 : next++))
}
