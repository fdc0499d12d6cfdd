/** A model's answer on one picture in one line, for logs. */
import type { ClassName } from '../tasks/class-name.ts'
import type { Prediction } from '../tasks/prediction.ts'
import { classShares } from '../tasks/class-shares.ts'

/** Boxes in a line; the rest is counted. */
const MAX_BOXES = 20
/** Boxes below are for the metric, not for people. */
const MIN_SCORE = 0.3

/** `class_id: 3 class_name: cat` as in the manual; boxes and pixel shares in the same spirit. */
export function answerText(prediction: Prediction, names: readonly ClassName[] | undefined): string {
  const nameOf = (classId: number): string => names?.[classId]?.name ?? ''
  if (prediction.kind === 'classes') {
    const { classId } = prediction.ranked[0]
    return `class_id: ${classId} class_name: ${nameOf(classId)}`
  }
  if (prediction.kind === 'mask') {
    const shares = classShares(prediction.mask.labels)
    return shares.map(({ classId, share }) => `${nameOf(classId) || classId}: ${(100 * share).toFixed(2)} %`).join(', ')
  }
  const sure = prediction.detections.filter(({ score }) => score >= MIN_SCORE)
  const shown = sure.slice(0, MAX_BOXES).map(({ box, score, classId }) => {
    const corners = box.map((edge) => edge.toFixed(1)).join(', ')
    return `class_id: ${classId} class_name: ${nameOf(classId)} score: ${score.toFixed(4)} box: [${corners}]`
  })
  return [`objects: ${sure.length}`, ...shown].join('; ')
}
