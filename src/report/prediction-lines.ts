/** The lines that `infer` prints: a class, a box or a segment each. */
import { classShares } from '../tasks/class-shares.ts'
import type { ClassScore } from '../tasks/classification.ts'
import type { ClassName } from '../tasks/class-name.ts'
import type { Prediction } from '../tasks/prediction.ts'

type Names = readonly ClassName[] | undefined

/** One line per answer, best first; boxes from `minScore` up. */
export function predictionLines(prediction: Prediction, names: Names, minScore: number): string[] {
  if (prediction.kind === 'classes') return prediction.ranked.map((score) => classLine(score, names))
  if (prediction.kind === 'mask') {
    return classShares(prediction.mask.labels).map(
      ({ classId, share }) => `label ${classId}, pixels ${(100 * share).toFixed(2)} %${nameSuffix(classId, names)}`,
    )
  }
  return prediction.detections
    .filter(({ score }) => score >= minScore)
    .map(({ box, score, classId }) => {
      const corners = box.map((edge) => edge.toFixed(1)).join(', ')
      return `label ${classId}, score ${score.toFixed(5)}, box [${corners}]${nameSuffix(classId, names)}`
    })
}

/** A line of the manual: `label 3, prob 0.98765, class [cat]`. */
export function classLine({ classId, probability }: ClassScore, names: Names): string {
  return `label ${classId}, prob ${probability.toFixed(5)}${nameSuffix(classId, names)}`
}

function nameSuffix(classId: number, names: Names): string {
  const name = names?.[classId]?.name
  return name === undefined ? '' : `, class [${name}]`
}
