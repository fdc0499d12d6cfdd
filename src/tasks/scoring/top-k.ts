/** Top-1 and top-5 of classifiers. */
import { TopK, type TopKCounts } from '../../metrics/top-k.ts'
import { defineScoring, ofKind } from './scoring.ts'

interface Outcome extends TopKCounts {
  /** The best class. */
  answer: number
}

export const topKScoring = defineScoring<Outcome>({
  metrics: [
    { key: 'top1', title: 'Top-1' },
    { key: 'top5', title: 'Top-5' },
  ],
  running: 'accuracy',
  outcome(_, prediction, truth) {
    const ranked = ofKind(prediction, 'classes').ranked.map(({ classId }) => classId)
    const metric = new TopK()
    metric.add(ranked, ofKind(truth, 'class').classId)
    return { ...metric.counts(), answer: ranked[0] }
  },
  values(outcomes) {
    const metric = new TopK()
    for (const outcome of outcomes) metric.merge(outcome)
    const { top1, top5 } = metric.result()
    return { top1, top5 }
  },
  isSameAnswer: (a, b) => a.answer === b.answer,
})
