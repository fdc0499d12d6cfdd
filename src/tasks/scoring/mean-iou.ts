/** Mean intersection over union of segmentation. */
import { DataError } from '../../errors.ts'
import { MeanIou, type MeanIouCounts } from '../../metrics/mean-iou.ts'
import { defineScoring, ofKind } from './scoring.ts'

export const meanIouScoring = defineScoring<MeanIouCounts>({
  metrics: [
    { key: 'meanIou', title: 'mIoU' },
    { key: 'labelledMeanIou', title: 'mIoU labelled' },
    { key: 'pixelAccuracy', title: 'Pixel accuracy' },
  ],
  running: 'mIoU',
  outcome(_, prediction, truth) {
    const guess = ofKind(prediction, 'mask').mask
    const { mask } = ofKind(truth, 'mask')
    if (guess.width !== mask.width || guess.height !== mask.height) {
      const [picture, labels] = [guess, mask].map(({ width, height }) => `${width} x ${height}`)
      throw new DataError('DATA_MASK', `the picture is ${picture}, its label map ${labels}`, {
        stage: 'evaluate',
        fix: 'a label map has one pixel for each of its picture',
      })
    }
    const metric = new MeanIou()
    metric.add(guess.labels, mask.labels)
    return metric.counts()
  },
  values(outcomes) {
    const metric = new MeanIou()
    for (const counts of outcomes) metric.merge(counts)
    const { meanIou, labelledMeanIou, pixelAccuracy } = metric.result()
    return { meanIou, labelledMeanIou, pixelAccuracy }
  },
})
