/** Which pictures at hand a card is calibrated with and scored on: never the same ones. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import type { Card, DatasetName } from '../src/cards/card.ts'
import { cacheFolder } from '../src/fetch/cache-folder.ts'
import { sharedData } from '../test/support/shared-data.ts'

export interface PictureFolders {
  calibration: string
  evaluation: string
}

/** Folders below `datasets/` of the shared data. */
const SHARED: Record<Exclude<DatasetName, 'cifar10' | 'mnist'>, PictureFolders> = {
  imagenet: { calibration: 'imagenet-calibration-100', evaluation: 'imagenet-compatible-mini' },
  coco: { calibration: 'coco-calibration-60', evaluation: 'coco-mini' },
  voc: { calibration: 'coco-calibration-60', evaluation: 'voc-mini' },
  cityscapes: { calibration: 'cityscapes-mini', evaluation: 'cityscapes-mini' },
}

/** Undefined where one of them is not on this machine. Cityscapes' splits are told apart by the data set's reader. */
export function picturesOf({ dataset }: Card): PictureFolders | undefined {
  const below = (folder: string): string => join(sharedData() ?? '', 'datasets', folder)
  const folders =
    dataset === 'cifar10' || dataset === 'mnist'
      ? { calibration: cacheFolder(dataset), evaluation: cacheFolder(dataset) }
      : { calibration: below(SHARED[dataset].calibration), evaluation: below(SHARED[dataset].evaluation) }
  return Object.values(folders).every((folder) => existsSync(folder)) ? folders : undefined
}

/** Cityscapes' two training pictures and their mirror images, in `folder`; other data sets have enough pictures as they are. */
export async function calibrationPictures({ dataset }: Card, source: string, folder: string): Promise<string> {
  if (dataset !== 'cityscapes') return source
  mkdirSync(folder)
  const training = join(source, 'leftImg8bit/train')
  for (const path of readdirSync(training, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.png'),
  )) {
    const picture = sharp(join(training, path))
    await picture
      .clone()
      .png()
      .toFile(join(folder, basename(path)))
    await picture
      .clone()
      .flop()
      .png()
      .toFile(join(folder, `mirror_${basename(path)}`))
  }
  return folder
}
