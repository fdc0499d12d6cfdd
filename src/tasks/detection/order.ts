/** Candidates by falling score. */

/** More would not fit beside the bits of a score in a double's 53. */
const MAX_CANDIDATES = 2 ** 21

/**
 * Indices of the `limit` best scores, best first, equal ones by index.
 *
 * Scores are 0 or larger, so that their float32 bits order as the scores do; with the index below them they are one integer,
 * and those sort natively. Throws RangeError for more than 2,097,152 scores.
 */
export function bestFirst(scores: Float32Array, limit: number): Uint32Array {
  const count = scores.length
  if (count > MAX_CANDIDATES) throw new RangeError(`${count} candidates`)
  const bits = new Uint32Array(Float32Array.from(scores).buffer)
  const keys = new Float64Array(count)
  for (let index = 0; index < count; index++) keys[index] = bits[index] * MAX_CANDIDATES + (count - 1 - index)
  keys.sort()
  const kept = Math.min(limit, count)
  const order = new Uint32Array(kept)
  for (let rank = 0; rank < kept; rank++) order[rank] = count - 1 - (keys[count - 1 - rank] % MAX_CANDIDATES)
  return order
}
