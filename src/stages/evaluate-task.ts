/** What an evaluation does on a worker: score some pictures. */
import { loadCard } from '../cards/load.ts'
import { classNames, openDataset } from '../datasets/open.ts'
import type { Sample } from '../datasets/dataset.ts'
import { DataError } from '../errors.ts'
import { listRuntimeFiles, readRuntimeFile } from '../eval-preprocess/runtime-files.ts'
import type { Task } from '../pool/shard.ts'
import { answerText } from '../report/answer-text.ts'
import { SCORINGS } from '../tasks/scoring/index.ts'
import { answerNames } from './answer-names.ts'
import { openPictureModel, type PictureModel, type PredictTimes } from './picture-model.ts'

export interface EvaluateSetup {
  card: string
  model: string
  /** Folder of the data set. */
  data: string
  /** Folder of files that stand for the pictures: see {@link listRuntimeFiles}. */
  preprocessed?: string | undefined
}

/** Indices of the data set's pictures. */
export type EvaluatePayload = readonly number[]

/** A picture that was scored, or why it was not. */
export type PictureResult =
  | {
      id: string
      /** What the data set's scoring makes of it. */
      outcome: unknown
      /** The model's answer in words, for the log. */
      answer: string
      /** What is wrong with its file, of which what can be read was scored. */
      damage?: string
    }
  | { id: string; skipped: string }

/** Milliseconds, summed over pictures. */
export interface EvaluationTimes extends PredictTimes {
  /** Handing a picture to the decoder, and waiting for it: it is read while the model looks at the one before. */
  decode: number
  /** Reading the labels and comparing. */
  score: number
}

export interface EvaluateShardResult {
  pictures: PictureResult[]
  milliseconds: EvaluationTimes
}

export const NO_TIMES: EvaluationTimes = { decode: 0, transform: 0, inference: 0, decodeOutputs: 0, score: 0 }

export function addTimes(a: EvaluationTimes, b: EvaluationTimes): EvaluationTimes {
  return {
    decode: a.decode + b.decode,
    transform: a.transform + b.transform,
    inference: a.inference + b.inference,
    decodeOutputs: a.decodeOutputs + b.decodeOutputs,
    score: a.score + b.score,
  }
}

/** A picture that was read. */
interface ReadyPicture {
  /** Runs the model on it. */
  predict: () => ReturnType<PictureModel['predict']>
  damage?: string | undefined
}

export const evaluateTask: Task<EvaluateSetup, EvaluatePayload, EvaluateShardResult> = {
  async open(setup) {
    const card = loadCard(setup.card)
    const dataset = openDataset(card.dataset, setup.data, card.reader)
    const names = classNames(card.dataset, setup.data)
    const scoring = SCORINGS[card.dataset]
    const model = await openPictureModel(card, setup.model)
    const files = setup.preprocessed === undefined ? undefined : listRuntimeFiles(setup.preprocessed)

    /** Begin to read a picture, or the file that stands for it. */
    function read(index: number): Promise<ReadyPicture> {
      const picture = readPicture(dataset.sample(index))
      // Its failure is told when its turn comes.
      picture.catch(() => {})
      return picture
    }

    async function readPicture(sample: Sample): Promise<ReadyPicture> {
      if (!files) {
        const image = await sample.image()
        return { predict: () => model.predict(image), damage: image.damage }
      }
      const { bytes, original } = readRuntimeFile(files, sample.id, setup.preprocessed!)
      return { predict: () => model.predictBytes(bytes, original) }
    }

    /** @param started when the picture was asked for or begun to be read */
    async function scorePicture(
      index: number,
      picture: Promise<ReadyPicture>,
      started: number,
    ): Promise<{ outcome: unknown; answer: string; damage?: string; times: EvaluationTimes }> {
      const { predict, damage } = await picture
      const waited = performance.now() - started
      const answered = await predict()
      const { prediction, milliseconds } = answered
      const predicted = performance.now()
      const outcome = scoring.outcome(index, prediction, await dataset.sample(index).truth())
      const times = { ...milliseconds, decode: waited, score: performance.now() - predicted }
      const answer = answerText(prediction, answerNames(card, names, answered))
      return { outcome, answer, ...(damage !== undefined && { damage }), times }
    }

    /** The picture that is being read, and its place in the data set. */
    let ahead: { index: number; picture: Promise<ReadyPicture> } | undefined

    return {
      async run(indices, progress, next) {
        const pictures: PictureResult[] = []
        let milliseconds = NO_TIMES
        for (const [i, index] of indices.entries()) {
          const { id } = dataset.sample(index)
          const started = performance.now()
          const picture = ahead?.index === index ? ahead.picture : read(index)
          // Decoders work in threads of their own: the next picture is read while the model blocks this one.
          const following = indices[i + 1] ?? next?.[0]
          ahead = following === undefined ? undefined : { index: following, picture: read(following) }
          try {
            const { times, ...scored } = await scorePicture(index, picture, started)
            pictures.push({ id, ...scored })
            milliseconds = addTimes(milliseconds, times)
          } catch (error) {
            pictures.push({ id, skipped: reasonToSkip(error) })
          }
          progress(pictures.length)
        }
        return { pictures, milliseconds }
      },
      close: () => model.release(),
    }
  },
}

/** A picture or its labels that cannot be read cost one picture; everything else ends the evaluation. */
function reasonToSkip(error: unknown): string {
  if (error instanceof DataError && (error.stage === 'dataset' || error.code === 'DATA_MASK')) {
    return error.where === undefined ? error.message : `${error.message} (${error.where})`
  }
  throw error
}
