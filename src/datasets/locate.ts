/** Where the data set of a card lies on this machine. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Card, DatasetName } from '../cards/card.ts'
import { dataFolder, homeFolder } from '../cards/places.ts'
import { ArgumentError } from '../errors.ts'
import { cacheFolder } from '../fetch/cache-folder.ts'
import { NPM_DATASETS } from '../fetch/npm-datasets.ts'

/** Below the clone. */
const DATA = 'zoo/01_common/data'
const CALIBRATION_DATA = 'zoo/01_common/calibration_data'

/** What belongs into the folder of each data set, in a few words. */
export const CONTENT: Record<DatasetName, string> = {
  imagenet: 'val.txt and val/ (ILSVRC2012 validation pictures, image-net.org, with a login)',
  cifar10: 'test_batch and data_batch_1 (openmapper fetch cifar10)',
  mnist: 't10k-images-idx3-ubyte and the three files beside it (openmapper fetch mnist)',
  coco: 'annotations/instances_val2017.json and images/ (annotations_trainval2017.zip and val2017.zip, cocodataset.org)',
  voc: 'VOC2012/ with Annotations/, ImageSets/, JPEGImages/ (VOCtrainval_11-May-2012.tar, host.robots.ox.ac.uk/pascal/VOC)',
  cityscapes:
    'leftImg8bit/val/ and gtFine/val/ (leftImg8bit_trainvaltest.zip and gtFine_trainvaltest.zip, cityscapes-dataset.com, ' +
    'with a login)',
}

/** Paths one of which tells a folder of the data set from others; `*` stands at the end of a name alone. */
const MARKS: Record<DatasetName, readonly string[]> = {
  imagenet: ['val.txt'],
  cifar10: ['test_batch*', 'cifar-10-batches-*'],
  mnist: ['t10k-images*'],
  coco: ['annotations/instances_val2017.json'],
  voc: ['VOC2012', 'VOCdevkit/VOC2012', 'ImageSets/Main'],
  cityscapes: ['leftImg8bit/val'],
}

/** The same for the pictures to train with inside a data set's own folder. */
const TRAINING_MARKS: Record<DatasetName, readonly string[]> = {
  imagenet: ['train'],
  cifar10: ['data_batch_1*', 'cifar-10-batches-*'],
  mnist: ['train-images*'],
  coco: ['train2017'],
  voc: ['VOC2012', 'VOCdevkit/VOC2012', '.'].map((year) => join(year, 'ImageSets/Main/train.txt')),
  cityscapes: ['leftImg8bit/train'],
}

/** Sets whose pictures calibrate a card; VOC's twenty classes are among COCO's. */
const CALIBRATED_WITH: Record<DatasetName, readonly DatasetName[]> = {
  imagenet: ['imagenet'],
  cifar10: ['cifar10'],
  mnist: ['mnist'],
  coco: ['coco'],
  voc: ['voc', 'coco'],
  cityscapes: ['cityscapes'],
}

/** The folder the user named, else {@link findDataset}. Throws ArgumentError that says what belongs where. */
export function datasetFolder(card: Card, named: string | undefined): string {
  const folder = named ?? findDataset(card)
  if (folder !== undefined) return folder
  if (card.dataset in NPM_DATASETS) return cacheFolder(card.dataset)
  throw unknownPlace(card, 'where is', '--data', DATA)
}

/** The folder the user named, else {@link findCalibrationPictures}. Throws ArgumentError that says what belongs where. */
export function calibrationFolder(card: Card, named: string | undefined): string {
  const folder = named ?? findCalibrationPictures(card)
  if (folder !== undefined) return folder
  if (card.dataset in NPM_DATASETS) return cacheFolder(card.dataset)
  throw unknownPlace(card, 'where are pictures to calibrate with, for', '--src', CALIBRATION_DATA)
}

/**
 * Where the labelled pictures of a card's data set are: `zoo/01_common/data/<name>` of its clone (of the one that runs, for a card
 * elsewhere), the cache of `fetch`, or `datasets/<name>` or `datasets/<name>-*` of the data folder (`OPENMAPPER_DATA`). Undefined where
 * they are in none of these.
 */
export function findDataset(card: Card): string | undefined {
  return placesOf(card, card.dataset).find((folder) => hasOneOf(MARKS[card.dataset], folder))
}

/** Where a card's calibration pictures are: beside the data set under names with `calibration`, else its training part. */
export function findCalibrationPictures(card: Card): string | undefined {
  const home = homeFolder(card.path)
  const sets = CALIBRATED_WITH[card.dataset]
  const own = sets.map((name) => join(home, CALIBRATION_DATA, name))
  const shared = sets.flatMap((name) => sharedFolders(home, `${name}-calibration`))
  const found = [...own, ...shared].find((folder) => existsSync(folder))
  if (found !== undefined) return found
  return placesOf(card, card.dataset).find((folder) => hasOneOf(TRAINING_MARKS[card.dataset], folder))
}

function placesOf(card: Card, name: DatasetName): string[] {
  const home = homeFolder(card.path)
  return [join(home, DATA, name), cacheFolder(name), ...sharedFolders(home, name)]
}

/** Folders below `datasets/` of the data folder that are called `name`, or `name-` and something. */
function sharedFolders(home: string, name: string): string[] {
  const data = dataFolder(home)
  if (data === undefined) return []
  const folder = join(data, 'datasets')
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).filter((entry) => entry === name || entry.startsWith(`${name}-`))
  return names.sort().map((entry) => join(folder, entry))
}

function hasOneOf(marks: readonly string[], folder: string): boolean {
  return marks.some((mark) => {
    if (!mark.endsWith('*')) return existsSync(join(folder, mark))
    return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(mark.slice(0, -1)))
  })
}

function unknownPlace(card: Card, question: string, where: string, folder: string): ArgumentError {
  const home = homeFolder(card.path)
  // What lies in an installed package goes with its next version.
  const place = home.includes('node_modules') ? '' : `, or put it into ${join(home, folder, card.dataset)}`
  return new ArgumentError('ARGUMENT_DATA_REQUIRED', `${question} data set '${card.dataset}'?`, {
    where,
    fix: `name its folder with ${where} DIR${place}: ${CONTENT[card.dataset]}`,
  })
}
