/** COCO's box AP. */
import { CocoAp, type CocoCounts } from '../../metrics/coco-ap.ts'
import { defineScoring, ofKind } from './scoring.ts'

export const cocoScoring = defineScoring<CocoCounts>({
  metrics: [
    { key: 'ap', title: 'AP' },
    { key: 'ap50', title: 'AP50' },
    { key: 'ap75', title: 'AP75' },
    { key: 'apSmall', title: 'AP small' },
    { key: 'apMedium', title: 'AP medium' },
    { key: 'apLarge', title: 'AP large' },
    { key: 'ar1', title: 'AR 1' },
    { key: 'ar10', title: 'AR 10' },
    { key: 'ar100', title: 'AR 100' },
    { key: 'arSmall', title: 'AR small' },
    { key: 'arMedium', title: 'AR medium' },
    { key: 'arLarge', title: 'AR large' },
  ],
  running: 'AP',
  outcome(picture, prediction, truth) {
    const metric = new CocoAp()
    metric.add(picture, ofKind(prediction, 'boxes').detections, ofKind(truth, 'boxes').boxes)
    return metric.counts()
  },
  values(outcomes) {
    const { perClass: _, ...values } = together(outcomes).result()
    return values
  },
  headline: (outcomes) => together(outcomes).ap(),
})

function together(outcomes: readonly CocoCounts[]): CocoAp {
  const metric = new CocoAp()
  for (const counts of outcomes) metric.merge(counts)
  return metric
}
