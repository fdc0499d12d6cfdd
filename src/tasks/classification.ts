/** From a classifier's output tensor to ranked classes. */

export interface ClassScore {
  /** Class of the dataset: output index minus the class offset. */
  classId: number
  probability: number
}

export interface ClassificationOptions {
  /** Outputs before class 0 (1001-class networks put a background class first). */
  classOffset: number
  /** How many classes at most; 0 gives none. */
  topK: number
}

/**
 * The `topK` best classes, best first, equal scores by lower class.
 *
 * Scores that already are probabilities (none negative, sum within 1 % of 1) are taken as they are; all others go through a
 * softmax. A class before `classOffset` never appears in the result.
 */
export function decodeClassification(scores: ArrayLike<number>, options: ClassificationOptions): ClassScore[] {
  const { classOffset, topK } = options
  const probabilities = classProbabilities(scores)
  const ranked: ClassScore[] = []
  for (let index = classOffset; index < probabilities.length; index++) {
    const probability = probabilities[index]
    if (ranked.length >= topK && !(probability > ranked[topK - 1]?.probability)) continue
    let place = ranked.length
    while (place > 0 && probability > ranked[place - 1].probability) place--
    ranked.splice(place, 0, { classId: index - classOffset, probability })
    if (ranked.length > topK) ranked.pop()
  }
  return ranked
}

/** Scores that are no probabilities yet go through a softmax. */
export function classProbabilities(scores: ArrayLike<number>): number[] {
  return isDistribution(scores) ? Array.from(scores) : softmax(scores)
}

function isDistribution(scores: ArrayLike<number>): boolean {
  let sum = 0
  for (let i = 0; i < scores.length; i++) {
    if (scores[i] < 0) return false
    sum += scores[i]
  }
  return Math.abs(sum - 1) < 0.01
}

function softmax(scores: ArrayLike<number>): number[] {
  const values = Array.from(scores)
  let max = -Infinity
  for (const value of values) max = Math.max(max, value)
  const powers = values.map((value) => Math.exp(value - max))
  let sum = 0
  for (const power of powers) sum += power
  return powers.map((power) => power / sum)
}
