/** The data set in whose layout a network is scored; for `openmapper init`. */
import type { DatasetName } from './card.ts'
import type { TaskGuess } from './guess-task.ts'

export interface DatasetGuess {
  dataset: DatasetName
  why: string
  /** Outputs before class 0. */
  classOffset?: number
  /** What class columns stand for, where it is not the classes in order. */
  columns?: 'coco_category_ids'
}

const VOC_CLASSES = 20
const COCO_CLASSES = 80
const COCO_CATEGORY_NUMBERS = 90
const IMAGENET_CLASSES = 1000
const CITYSCAPES_CLASSES = 19

/** By the number of classes; a network of other classes takes the layout that people use for data of their own. */
export function guessDataset({ task, classes = 0 }: TaskGuess, { height }: { height: number }): DatasetGuess {
  if (task === 'segmentation') return { dataset: 'cityscapes', why: whyCityscapes(classes) }
  /** With or without a background column before the classes. */
  const counts = (number: number): boolean => classes === number || classes === number + 1
  if (task === 'detection') {
    if (counts(VOC_CLASSES)) {
      return { dataset: 'voc', why: `${classes} classes, as VOC has`, classOffset: classes - VOC_CLASSES }
    }
    if (classes === COCO_CLASSES) return { dataset: 'coco', why: `${classes} classes, as COCO has` }
    if (counts(COCO_CATEGORY_NUMBERS)) {
      const why = `${classes} columns, as COCO has category numbers`
      return { dataset: 'coco', why, classOffset: classes - COCO_CATEGORY_NUMBERS, columns: 'coco_category_ids' }
    }
    return {
      dataset: 'coco',
      why: 'your own pictures belong into its layout: images/, annotations/instances_val2017.json',
    }
  }
  if (counts(IMAGENET_CLASSES)) {
    return { dataset: 'imagenet', why: `${classes} classes, as ImageNet has`, classOffset: classes - IMAGENET_CLASSES }
  }
  if (classes === 10 && height === 32) return { dataset: 'cifar10', why: '10 classes of 32x32 pixels' }
  if (classes === 10 && height === 28) return { dataset: 'mnist', why: '10 classes of 28x28 pixels' }
  return {
    dataset: 'imagenet',
    why: 'your own pictures belong into its layout: val/, val.txt with "<file name> <class>" lines',
  }
}

/** @param classes 0 where the outputs do not tell */
function whyCityscapes(classes: number): string {
  const only = 'the one data set of label maps'
  if (classes === 0 || classes === CITYSCAPES_CLASSES) return `${only}, of ${CITYSCAPES_CLASSES} classes`
  return `${only}; its ${CITYSCAPES_CLASSES} classes are not the ${classes} of this network, which infer calls class 0, class 1, ...`
}
