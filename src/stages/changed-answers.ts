import type { EvaluationResult } from './evaluate.ts'

/** Pictures to which two models, scored on the same ones, give a different best class. */
export function changedAnswers(a: EvaluationResult, b: EvaluationResult): number {
  return a.predictions.filter(({ classId }, i) => classId !== b.predictions[i].classId).length
}
