/** Which pictures at hand a card is calibrated with and scored on: never the same ones. */
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import type { Card, DatasetName } from '../../src/cards/card.ts'
import { cacheFolder } from '../../src/fetch/cache-folder.ts'
import { sharedData } from '../../test/support/shared-data.ts'

export interface PictureFolders {
  calibration: string
  evaluation: string
  /** Further pictures for the agreement with the float model, which needs no labels. */
  unlabelled: string[]
}

/** Folders below `datasets/` of the shared data. */
const SHARED: Record<Exclude<DatasetName, 'cifar10' | 'mnist'>, PictureFolders> = {
  imagenet: {
    calibration: 'imagenet-calibration-100',
    evaluation: 'imagenet-compatible-mini',
    unlabelled: ['imagenet-val-20/val'],
  },
  coco: {
    calibration: 'coco-calibration-60',
    evaluation: 'coco-mini',
    unlabelled: ['voc-mini/VOC2012/JPEGImages'],
  },
  voc: { calibration: 'coco-calibration-60', evaluation: 'voc-mini', unlabelled: ['coco-mini/val2017'] },
  cityscapes: { calibration: 'cityscapes-mini', evaluation: 'cityscapes-mini', unlabelled: [] },
}

/** Undefined where one of them is not on this machine. Cityscapes' splits are told apart by the data set's reader. */
export function picturesOf({ dataset }: Card): PictureFolders | undefined {
  const below = (folder: string): string => join(sharedData() ?? '', 'datasets', folder)
  if (dataset === 'cifar10' || dataset === 'mnist') {
    const folder = cacheFolder(dataset)
    return existsSync(folder) ? { calibration: folder, evaluation: folder, unlabelled: [] } : undefined
  }
  const { calibration, evaluation, unlabelled } = SHARED[dataset]
  const folders = {
    calibration: below(calibration),
    evaluation: below(evaluation),
    unlabelled: unlabelled.map(below).filter((folder) => existsSync(folder)),
  }
  return existsSync(folders.calibration) && existsSync(folders.evaluation) ? folders : undefined
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
