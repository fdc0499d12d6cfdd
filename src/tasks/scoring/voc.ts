/** VOC's mAP at overlap 0.5, over every point and over 11 points. */
import { VocAp, type VocCounts } from '../../metrics/voc-ap.ts'
import { defineScoring, ofKind } from './scoring.ts'

export const vocScoring = defineScoring<VocCounts>({
  metrics: [
    { key: 'ap50', title: 'mAP' },
    { key: 'ap50ElevenPoint', title: 'mAP 11-point' },
  ],
  running: 'mAP',
  outcome(picture, prediction, truth) {
    const metric = new VocAp()
    metric.add(picture, ofKind(prediction, 'boxes').detections, ofKind(truth, 'boxes').boxes)
    return metric.counts()
  },
  values(outcomes) {
    const metric = new VocAp()
    for (const counts of outcomes) metric.merge(counts)
    const { everyPoint, elevenPoint } = metric.result()
    return { ap50: everyPoint, ap50ElevenPoint: elevenPoint }
  },
})
