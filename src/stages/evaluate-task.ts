/** What an evaluation does on a worker: score a run of consecutive pictures. */
import { loadCard } from '../cards/load.ts'
import { openDataset } from '../datasets/open.ts'
import { TopK, type TopKCounts } from '../metrics/top-k.ts'
import type { Task } from '../pool/shard.ts'
import { openClassifier } from './classifier.ts'

export interface EvaluateSetup {
  card: string
  model: string
  /** Folder of the data set. */
  data: string
}

/** Indices of pictures, `end` excluded. */
export interface EvaluateRange {
  start: number
  end: number
}

/** What the model said about one picture. */
export interface Prediction {
  id: string
  label: number
  classId: number
}

export interface EvaluateShardResult {
  counts: TopKCounts
  predictions: Prediction[]
}

export const evaluateTask: Task<EvaluateSetup, EvaluateRange, EvaluateShardResult> = {
  async open(setup) {
    const card = loadCard(setup.card)
    const dataset = openDataset(card.dataset, setup.data, card.reader)
    const classifier = await openClassifier(card, setup.model)
    return {
      async run({ start, end }, progress) {
        const metric = new TopK()
        const predictions: Prediction[] = []
        for (let index = start; index < end; index++) {
          const sample = dataset.sample(index)
          const ranked = await classifier.classify(await sample.image())
          metric.add(
            ranked.map(({ classId }) => classId),
            sample.label,
          )
          predictions.push({ id: sample.id, label: sample.label, classId: ranked[0].classId })
          progress(index + 1 - start)
        }
        return { counts: metric.counts(), predictions }
      },
      close: () => classifier.release(),
    }
  },
}
