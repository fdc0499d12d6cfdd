/** Pictures to calibrate with: unlabelled, and never those a model is scored on. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { DatasetName } from '../cards/card.ts'
import { decodeImage } from '../image/decode.ts'
import type { Reader } from '../image/reader.ts'
import { DataError } from '../errors.ts'
import { findBatch, openCifar10 } from './cifar10.ts'
import type { Picture } from './dataset.ts'
import { openMnist } from './mnist.ts'

/** Pictures without labels. */
export interface PictureSource {
  count: number
  sample(index: number): Picture
}

const PICTURE_EXTENSIONS = new Set(['.jpg', '.jpeg', '.png', '.bmp', '.webp', '.tif', '.tiff'])

/** Training pictures of a data set's own layout, in folders of cities or classes too. */
const TRAINING_FOLDERS: Partial<Record<DatasetName, string>> = {
  imagenet: 'train',
  coco: 'train2017',
  cityscapes: 'leftImg8bit/train',
}

/**
 * The picture files of `folder`, in name order; where there are none, the training pictures of a data set's folder.
 * Throws DataError where nothing is found.
 */
export function openCalibrationPictures(name: DatasetName, folder: string, reader: Reader): PictureSource {
  const names = isFolder(folder) ? readdirSync(folder) : []
  if (name === 'cifar10' && findBatch(folder, 'train') !== undefined) {
    return openCifar10(folder, 'train', reader)
  }
  if (name === 'mnist' && names.some((file) => file.startsWith('train-images'))) {
    return openMnist(folder, 'train', reader)
  }
  const here = pictureFiles(folder, names)
  const pictures = here.length > 0 ? here : trainingPictures(name, folder)
  if (pictures.length === 0) throw noPictures(name, folder)
  return {
    count: pictures.length,
    sample(index) {
      const { id, path } = pictures[index]
      return { id, image: () => decodeImage(path, reader) }
    },
  }
}

interface PictureFile {
  /** Names the sample written for it: folders become part of the file name. */
  id: string
  path: string
}

function trainingPictures(name: DatasetName, folder: string): PictureFile[] {
  if (name === 'voc') return vocTrainingPictures(folder)
  const training = join(folder, TRAINING_FOLDERS[name] ?? '')
  if (TRAINING_FOLDERS[name] === undefined || !isFolder(training)) return []
  return pictureFiles(training, readdirSync(training, { recursive: true, encoding: 'utf8' }))
}

function vocTrainingPictures(folder: string): PictureFile[] {
  const year = ['', 'VOC2012', 'VOCdevkit/VOC2012'].find((place) =>
    existsSync(join(folder, place, 'ImageSets/Main/train.txt')),
  )
  if (year === undefined) return []
  const list = readFileSync(join(folder, year, 'ImageSets/Main/train.txt'), 'utf8').split(/\s+/)
  return pictureFiles(
    join(folder, year, 'JPEGImages'),
    list.filter((id) => id !== '').map((id) => `${id}.jpg`),
  )
}

function pictureFiles(folder: string, names: readonly string[]): PictureFile[] {
  return names
    .filter((name) => PICTURE_EXTENSIONS.has(extname(name).toLowerCase()))
    .sort()
    .map((name) => ({ id: name.replaceAll(/[\\/]/g, '_'), path: join(folder, name) }))
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}

function noPictures(name: DatasetName, folder: string): DataError {
  const fix = [
    ...(name === 'cifar10' || name === 'mnist' ? [`run 00_init.sh (\`openmapper fetch ${name}\`), or `] : []),
    `name a folder of ${[...PICTURE_EXTENSIONS].join(' ')} files`,
    ...(TRAINING_FOLDERS[name] === undefined ? [] : [`, or one that holds ${TRAINING_FOLDERS[name]}/`]),
  ]
  const problem = existsSync(folder) ? 'holds no pictures to calibrate with' : 'does not exist'
  return new DataError('DATA_NO_PICTURES', `${folder} ${problem}`, {
    stage: 'preprocess',
    where: folder,
    fix: fix.join(''),
  })
}
