/** Which pictures at hand a card is calibrated with and scored on: never the same ones. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Card, DatasetName } from '../src/cards/card.ts'
import { cifar10Folder } from '../src/fetch/cifar10.ts'
import { sharedData } from '../test/support/shared-data.ts'

export interface PictureFolders {
  calibration: string
  evaluation: string
}

/** Folders below `datasets/` of the shared data. */
const SHARED: Record<Exclude<DatasetName, 'cifar10'>, PictureFolders> = {
  imagenet: { calibration: 'imagenet-calibration-100', evaluation: 'imagenet-compatible-mini' },
  coco: { calibration: 'coco-calibration-60', evaluation: 'coco-mini' },
  voc: { calibration: 'coco-calibration-60', evaluation: 'voc-mini' },
  cityscapes: { calibration: 'cityscapes-mini', evaluation: 'cityscapes-mini' },
}

/** Undefined where one of them is not on this machine. Cityscapes' splits are told apart by the data set's reader. */
export function picturesOf({ dataset }: Card): PictureFolders | undefined {
  const below = (folder: string): string => join(sharedData() ?? '', 'datasets', folder)
  const folders =
    dataset === 'cifar10'
      ? { calibration: cifar10Folder(), evaluation: cifar10Folder() }
      : { calibration: below(SHARED[dataset].calibration), evaluation: below(SHARED[dataset].evaluation) }
  return Object.values(folders).every((folder) => existsSync(folder)) ? folders : undefined
}
