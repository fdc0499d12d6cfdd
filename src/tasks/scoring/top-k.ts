/** Top-1 and top-5 of classifiers. */
import { TopK, type TopKCounts } from '../../metrics/top-k.ts'
import { defineScoring, ofKind } from './scoring.ts'

interface Outcome extends TopKCounts {
  /** The best class. */
  answer: number
  /** Probability of the true class; 0 where it is not among those ranked. */
  belief: number
}

/** Probabilities below are as good as none. */
const LEAST_BELIEF = 1e-3

export const topKScoring = defineScoring<Outcome>({
  metrics: [
    { key: 'top1', title: 'Top-1' },
    { key: 'top5', title: 'Top-5' },
  ],
  running: 'accuracy',
  outcome(_, prediction, truth) {
    const { ranked } = ofKind(prediction, 'classes')
    const { classId: label } = ofKind(truth, 'class')
    const classes = ranked.map(({ classId }) => classId)
    const metric = new TopK()
    metric.add(classes, label)
    const belief = ranked.find(({ classId }) => classId === label)?.probability ?? 0
    return { ...metric.counts(), answer: classes[0], belief }
  },
  values(outcomes) {
    const metric = new TopK()
    for (const outcome of outcomes) metric.merge(outcome)
    const { top1, top5 } = metric.result()
    return { top1, top5 }
  },
  isSameAnswer: (a, b) => a.answer === b.answer,
  damage: (before, after) => Math.log((before.belief + LEAST_BELIEF) / (after.belief + LEAST_BELIEF)),
})
