/** One picture through one model. */
import { statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Card } from '../cards/card.ts'
import { classNames, openDataset } from '../datasets/open.ts'
import { ArgumentError } from '../errors.ts'
import { decodeImage } from '../image/decode.ts'
import type { ImageTensor } from '../image/image-tensor.ts'
import type { ClassScore } from '../tasks/classification.ts'
import { openClassifier } from './classifier.ts'

/** A picture file, or a picture of the card's data set by number. */
export type Picture = { file: string } | { sample: number; data: string }

export interface InferOptions {
  card: Card
  model: string
  picture: Picture
}

export interface NamedClass extends ClassScore {
  /** Undefined where the data set's names are not known. */
  className: string | undefined
}

export interface InferResult {
  /** Name of the picture. */
  picture: string
  /** The right class, known for pictures of the data set. */
  label: number | undefined
  /** The five best classes, best first. */
  classes: NamedClass[]
}

/** Classify one picture. Throws ArgumentError for a picture that is not there. */
export async function inferPicture({ card, model, picture }: InferOptions): Promise<InferResult> {
  const { id, label, image } = openPicture(card, picture)
  const classifier = await openClassifier(card, model)
  try {
    const ranked = await classifier.classify(await image())
    const names = classNames(card.dataset)
    return { picture: id, label, classes: ranked.map((score) => ({ ...score, className: names?.[score.classId] })) }
  } finally {
    await classifier.release()
  }
}

/** A line of the manual: `label 3, prob 0.98765, class [cat]`. */
export function classLine({ classId, probability, className }: NamedClass): string {
  const line = `label ${classId}, prob ${probability.toFixed(5)}`
  return className === undefined ? line : `${line}, class [${className}]`
}

function openPicture(
  card: Card,
  picture: Picture,
): { id: string; label: number | undefined; image: () => Promise<ImageTensor> } {
  if ('file' in picture) {
    const found = statSync(picture.file, { throwIfNoEntry: false })
    if (!found?.isFile()) {
      const message = found ? `${picture.file} is a folder, not a picture` : `there is no picture ${picture.file}`
      throw new ArgumentError('ARGUMENT_NO_PICTURE', message, {
        where: '--image',
        fix: 'name a JPEG, PNG, BMP, WebP or TIFF file',
      })
    }
    return { id: basename(picture.file), label: undefined, image: () => decodeImage(picture.file, card.reader) }
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
