/** A card's data set by name: where it lies, its labelled pictures, the names of its classes. */
import type { DatasetName } from '../cards/card.ts'
import { ArgumentError } from '../errors.ts'
import { cifar10Folder } from '../fetch/cifar10.ts'
import type { Reader } from '../image/reader.ts'
import type { ClassName } from '../tasks/class-name.ts'
import { openCifar10 } from './cifar10.ts'
import { openCityscapes } from './cityscapes.ts'
import { CIFAR10_CLASSES } from './classes/cifar10.ts'
import { CITYSCAPES_CLASSES } from './classes/cityscapes.ts'
import { COCO_CLASSES } from './classes/coco.ts'
import { VOC_CLASSES } from './classes/voc.ts'
import { cocoClassNames, openCoco } from './coco.ts'
import type { Dataset } from './dataset.ts'
import { locateImageNet, openImageNet } from './imagenet.ts'
import { openVoc } from './voc.ts'

/** What the folder of each data set holds, in a few words. */
const CONTENT: Record<DatasetName, string> = {
  imagenet: 'val.txt and val/',
  cifar10: 'test_batch and data_batch_1',
  coco: 'annotations/instances_val2017.json and images/',
  voc: 'VOC2012/ with Annotations/, ImageSets/, JPEGImages/',
  cityscapes: 'leftImg8bit/val/ and gtFine/val/',
}

/** The folder the user named, else where `fetch` keeps the data set. Throws ArgumentError where neither exists. */
export function datasetFolder(name: DatasetName, folder: string | undefined): string {
  if (folder !== undefined) return folder
  if (name === 'cifar10') return cifar10Folder()
  throw new ArgumentError('ARGUMENT_DATA_REQUIRED', `where is data set '${name}'?`, {
    where: '--data',
    fix: `name its folder with --data DIR (${name}: ${CONTENT[name]})`,
  })
}

/** Names of the classes in order, where we know them. */
export function classNames(name: DatasetName, folder: string | undefined): readonly ClassName[] | undefined {
  if (name === 'cifar10') return CIFAR10_CLASSES
  if (name === 'voc') return VOC_CLASSES
  if (name === 'cityscapes') return CITYSCAPES_CLASSES
  if (name === 'coco') return folder === undefined ? COCO_CLASSES : cocoClassNames(folder)
  return undefined
}

/** The labelled pictures a model is scored on. Throws DataError for what is missing, naming where it belongs. */
export function openDataset(name: DatasetName, folder: string, reader: Reader): Dataset {
  if (name === 'cifar10') return openCifar10(folder, 'test', reader)
  if (name === 'coco') return openCoco(folder, reader)
  if (name === 'voc') return openVoc(folder, reader)
  if (name === 'cityscapes') return openCityscapes(folder, reader)
  return openImageNet(locateImageNet(folder), reader)
}
