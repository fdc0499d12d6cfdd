/** One picture through one model. */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Card } from '../cards/card.ts'
import { findDataset } from '../datasets/locate.ts'
import { classNames, openDataset } from '../datasets/open.ts'
import { ArgumentError } from '../errors.ts'
import { decodeImage } from '../image/decode.ts'
import type { ImageTensor } from '../image/image-tensor.ts'
import type { ClassName } from '../tasks/class-name.ts'
import type { Prediction } from '../tasks/prediction.ts'
import type { Truth } from '../tasks/truth.ts'
import { answerNames } from './answer-names.ts'
import { openPictureModel } from './picture-model.ts'

/** A picture file, or a picture of the card's data set by number. */
export type PictureChoice = { file: string; data?: string | undefined } | { sample: number; data: string }

export interface InferOptions {
  card: Card
  model: string
  picture: PictureChoice
}

export interface InferResult {
  /** Name of the picture. */
  picture: string
  /** As the card's reader delivers it. */
  image: ImageTensor
  /** Known for pictures of the data set. */
  truth: Truth | undefined
  prediction: Prediction
  /** By class; undefined where the data set's names are not known, or are not those of the network. */
  names: readonly ClassName[] | undefined
}

/** Decode what the model says of one picture. Throws ArgumentError for a picture that is not there. */
export async function inferPicture({ card, model: modelPath, picture }: InferOptions): Promise<InferResult> {
  const { id, image: read, truth } = openPicture(card, picture)
  const model = await openPictureModel(card, modelPath)
  try {
    const image = await read()
    const predicted = await model.predict(image)
    const names = answerNames(card, classNames(card.dataset, picture.data ?? namesFolder(card)), predicted)
    return { picture: id, image, truth: await truth?.(), prediction: predicted.prediction, names }
  } finally {
    await model.release()
  }
}

/** ImageNet's names stand beside its pictures, those of the other sets are known without. */
function namesFolder(card: Card): string | undefined {
  return card.dataset === 'imagenet' ? findDataset(card) : undefined
}

function openPicture(
  card: Card,
  picture: PictureChoice,
): { id: string; image: () => Promise<ImageTensor>; truth?: () => Promise<Truth> } {
  if ('file' in picture) {
    const found = statSync(picture.file, { throwIfNoEntry: false })
    if (!found?.isFile()) {
      const message = found ? `${picture.file} is a folder, not a picture` : `there is no picture ${picture.file}`
      throw new ArgumentError('ARGUMENT_NO_PICTURE', message, {
        where: '--image',
        fix: 'name a JPEG, PNG, BMP, WebP or TIFF file',
      })
    }
    return { id: basename(picture.file), image: () => decodeImage(picture.file, card.reader) }
  }
  const dataset = openDataset(card.dataset, picture.data, card.reader)
  if (picture.sample >= dataset.count) {
    throw new ArgumentError('ARGUMENT_NO_SAMPLE', `the data set has no picture ${picture.sample}`, {
      where: '--sample',
      fix: `numbers are 0..${dataset.count - 1}`,
    })
  }
  return dataset.sample(picture.sample)
}
