/** Overlap of two boxes of a packed array. */

/** Shared area by united area of boxes `a` and `b` (four edges each, left, top, right, bottom); 0 where neither has an area. */
export function sharedRatio(boxes: Float32Array, a: number, b: number): number {
  const i = 4 * a
  const j = 4 * b
  const width = Math.min(boxes[i + 2], boxes[j + 2]) - Math.max(boxes[i], boxes[j])
  if (!(width > 0)) return 0
  const height = Math.min(boxes[i + 3], boxes[j + 3]) - Math.max(boxes[i + 1], boxes[j + 1])
  if (!(height > 0)) return 0
  const shared = width * height
  const areaA = (boxes[i + 2] - boxes[i]) * (boxes[i + 3] - boxes[i + 1])
  const areaB = (boxes[j + 2] - boxes[j]) * (boxes[j + 3] - boxes[j + 1])
  return shared / (areaA + areaB - shared)
}
