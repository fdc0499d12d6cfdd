/** Candidates by falling score. */
import { DataError } from '../../errors.ts'

/** The bits of a positive float32 (31) and the index together fit into the 53 bits of a double. */
const MAX_CANDIDATES = 2 ** 22

/**
 * Indices of the `limit` best scores, best first, equal ones by index.
 *
 * Scores are larger than 0, so that their float32 bits order as the scores do; with the index below them they are one integer,
 * and those sort natively. Throws DataError for more than 4,194,304 scores.
 */
export function bestFirst(scores: Float32Array, limit: number): Uint32Array {
  const count = scores.length
  if (count > MAX_CANDIDATES) {
    throw new DataError('DATA_CANDIDATES', `${count} boxes of one picture are above the score threshold`, {
      stage: 'evaluate',
      fix: 'raise detection: score_threshold in the card; 0.001 is usual',
    })
  }
  const bits = new Uint32Array(Float32Array.from(scores).buffer)
  const keys = new Float64Array(count)
  for (let index = 0; index < count; index++) keys[index] = bits[index] * MAX_CANDIDATES + (count - 1 - index)
  keys.sort()
  const kept = Math.min(limit, count)
  const order = new Uint32Array(kept)
  for (let rank = 0; rank < kept; rank++) order[rank] = count - 1 - (keys[count - 1 - rank] % MAX_CANDIDATES)
  return order
}
