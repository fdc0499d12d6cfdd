/** A card's data set by name: labelled pictures for scoring, unlabelled ones for calibration. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { DatasetName } from '../cards/card.ts'
import { ArgumentError, DataError } from '../errors.ts'
import { cifar10Folder } from '../fetch/cifar10.ts'
import { decodeImage } from '../image/decode.ts'
import type { Reader } from '../image/reader.ts'
import type { ClassName } from '../tasks/class-name.ts'
import { CIFAR10_CLASSES, openCifar10 } from './cifar10.ts'
import type { Dataset, Picture } from './dataset.ts'
import { locateImageNet, openImageNet } from './imagenet.ts'

/** Pictures without labels. */
export interface PictureSource {
  count: number
  sample(index: number): Picture
}

const PICTURE_EXTENSIONS = new Set(['.jpg', '.jpeg', '.png', '.bmp', '.webp', '.tif', '.tiff'])

const NAME_A_FOLDER = `name a folder of ${[...PICTURE_EXTENSIONS].join(' ')} files`

/** The folder the user named, else where `fetch` keeps the data set. Throws ArgumentError where neither exists. */
export function datasetFolder(name: DatasetName, folder: string | undefined): string {
  if (folder !== undefined) return folder
  if (name === 'cifar10') return cifar10Folder()
  throw new ArgumentError('ARGUMENT_DATA_REQUIRED', `where is data set '${name}'?`, {
    where: '--data',
    fix: 'name its folder with --data DIR (imagenet: val.txt and val/)',
  })
}

/** Names of the classes in order, where we know them. */
export function classNames(name: DatasetName, _folder: string | undefined): readonly ClassName[] | undefined {
  return name === 'cifar10' ? CIFAR10_CLASSES.map((word) => ({ name: word })) : undefined
}

/** The labelled pictures a model is scored on. */
export function openDataset(name: DatasetName, folder: string, reader: Reader): Dataset {
  if (name === 'cifar10') return openCifar10(folder, 'test', reader)
  if (name === 'imagenet') return openImageNet(locateImageNet(folder), reader)
  throw new DataError('DATA_DATASET_NOT_SUPPORTED', `data set '${name}' cannot be read yet`, {
    stage: 'dataset',
    fix: 'this version reads imagenet and cifar10',
  })
}

/** Pictures to calibrate with: the training batch of a CIFAR-10 folder, else the picture files of a folder in name order. */
export function openCalibrationPictures(name: DatasetName, folder: string, reader: Reader): PictureSource {
  const names = statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : []
  if (name === 'cifar10' && names.some((file) => file.startsWith('data_batch_1')))
    return openCifar10(folder, 'train', reader)
  const pictures = names.filter((file) => PICTURE_EXTENSIONS.has(extname(file).toLowerCase())).sort()
  if (pictures.length === 0) {
    throw new DataError(
      'DATA_NO_PICTURES',
      `${folder} ${existsSync(folder) ? 'holds no pictures' : 'does not exist'}`,
      {
        stage: 'preprocess',
        where: folder,
        fix: (name === 'cifar10' ? 'run 00_init.sh (`openmapper fetch cifar10`), or ' : '') + NAME_A_FOLDER,
      },
    )
  }
  return {
    count: pictures.length,
    sample: (index) => ({ id: pictures[index], image: () => decodeImage(join(folder, pictures[index]), reader) }),
  }
}
