/** What a worker does: score some pictures with the float and the INT8 model, and say how far the two agree. */
import type { Card } from '../../src/cards/card.ts'
import { loadCard } from '../../src/cards/load.ts'
import { openCalibrationPictures, type PictureSource } from '../../src/datasets/calibration-pictures.ts'
import type { Dataset } from '../../src/datasets/dataset.ts'
import { openDataset } from '../../src/datasets/open.ts'
import type { Task } from '../../src/pool/shard.ts'
import { openPictureModel, type Predicted } from '../../src/stages/picture-model.ts'
import { SCORINGS } from '../../src/tasks/scoring/index.ts'
import { type PictureAgreement, pictureAgreement, type SignalSums, signalSums } from './agreement.ts'
import type { ModelPair } from './continuous.ts'

export interface PairSetup extends ModelPair {
  card: string
  /** Folder of the data set. */
  data: string
  /** Folders of further pictures, without labels for this model. */
  unlabelled: readonly string[]
}

/** Numbers of pictures: those of the data set, then those of the folders without labels. */
export type PairPayload = readonly number[]

export interface PairResult {
  agreement: PictureAgreement
  /** One per continuous tensor. */
  sums: SignalSums[]
  /** What the data set's scoring makes of both answers; undefined without labels. */
  outcomes: { float: unknown; int8: unknown } | undefined
}

export const pairTask: Task<PairSetup, PairPayload, PairResult[]> = {
  async open(setup) {
    const card = loadCard(setup.card)
    const pictures = openPictures(card, setup)
    const float = await openPictureModel(card, setup.float)
    const int8 = await openPictureModel(card, setup.int8)
    const compare = async (index: number): Promise<PairResult> => {
      const { image, truth } = pictures.sample(index)
      const pixels = await image()
      const answers = { float: await float.predict(pixels), int8: await int8.predict(pixels) }
      const scoring = SCORINGS[card.dataset]
      const label = await truth?.()
      return {
        agreement: pictureAgreement(index, scored(answers.float, card), scored(answers.int8, card)),
        sums: setup.continuous.map(([own, other]) =>
          signalSums(answers.float.outputs.get(own)!.floats(), answers.int8.outputs.get(other)!.floats()),
        ),
        outcomes: label && {
          float: scoring.outcome(index, answers.float.prediction, label),
          int8: scoring.outcome(index, answers.int8.prediction, label),
        },
      }
    }
    return {
      async run(indices, progress) {
        const results: PairResult[] = []
        for (const index of indices) {
          results.push(await compare(index))
          progress(results.length)
        }
        return results
      },
      async close() {
        await float.release()
        await int8.release()
      },
    }
  },
}

type AnyPicture = Pick<ReturnType<Dataset['sample']>, 'image'> & Partial<Pick<ReturnType<Dataset['sample']>, 'truth'>>

/** The labelled pictures, then the others. */
export function openPictures(
  card: Card,
  { data, unlabelled }: Pick<PairSetup, 'data' | 'unlabelled'>,
): { count: number; sample(index: number): AnyPicture } {
  const sources: (Dataset | PictureSource)[] = [
    openDataset(card.dataset, data, card.reader),
    ...unlabelled.map((folder) => openCalibrationPictures(card.dataset, folder, card.reader)),
  ]
  return {
    count: sources.reduce((sum, { count }) => sum + count, 0),
    sample(index) {
      let at = index
      const source = sources.find(({ count }) => at < count || ((at -= count), false))
      return source!.sample(at)
    },
  }
}

function scored({ prediction, outputs }: Predicted, card: Card) {
  const [name = [...outputs.keys()][0]] = card.outputs
  return { prediction, scores: outputs.get(name)!.data as ArrayLike<number> }
}
