/** A data set by name: its labelled pictures, the names of its classes. */
import type { DatasetName } from '../cards/card.ts'
import type { Reader } from '../image/reader.ts'
import type { ClassName } from '../tasks/class-name.ts'
import { openCifar10 } from './cifar10.ts'
import { openCityscapes } from './cityscapes.ts'
import { CIFAR10_CLASSES } from './classes/cifar10.ts'
import { CITYSCAPES_CLASSES } from './classes/cityscapes.ts'
import { COCO_CLASSES } from './classes/coco.ts'
import { imagenetClassNames } from './classes/imagenet.ts'
import { MNIST_CLASSES } from './classes/mnist.ts'
import { VOC_CLASSES } from './classes/voc.ts'
import { cocoClassNames, openCoco } from './coco.ts'
import type { Dataset } from './dataset.ts'
import { locateImageNet, openImageNet } from './imagenet.ts'
import { openMnist } from './mnist.ts'
import { openVoc } from './voc.ts'

/** Names of the classes in order, where we know them. */
export function classNames(name: DatasetName, folder: string | undefined): readonly ClassName[] | undefined {
  if (name === 'cifar10') return CIFAR10_CLASSES
  if (name === 'mnist') return MNIST_CLASSES
  if (name === 'voc') return VOC_CLASSES
  if (name === 'cityscapes') return CITYSCAPES_CLASSES
  if (name === 'coco') return folder === undefined ? COCO_CLASSES : cocoClassNames(folder)
  return folder === undefined ? undefined : imagenetClassNames(folder)
}

/** The labelled pictures a model is scored on. Throws DataError for what is missing, naming where it belongs. */
export function openDataset(name: DatasetName, folder: string, reader: Reader): Dataset {
  if (name === 'cifar10') return openCifar10(folder, 'test', reader)
  if (name === 'mnist') return openMnist(folder, 'test', reader)
  if (name === 'coco') return openCoco(folder, reader)
  if (name === 'voc') return openVoc(folder, reader)
  if (name === 'cityscapes') return openCityscapes(folder, reader)
  return openImageNet(locateImageNet(folder), reader)
}
