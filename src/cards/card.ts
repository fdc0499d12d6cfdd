/** What a model card (`model.yaml`) says, after checking; paths absolute. */
import type { Reader } from '../image/reader.ts'
import type { TransformSpec } from '../transforms/spec.ts'

export const TASKS = ['classification', 'detection', 'segmentation'] as const
export type Task = (typeof TASKS)[number]

export const DATASETS = ['imagenet', 'cifar10', 'coco', 'cityscapes'] as const
export type DatasetName = (typeof DATASETS)[number]

/** Where the float model comes from. */
export interface CardModel {
  /** Place below `model_zoo/mapper/`, where init puts it. */
  file: string
  /** Where the file lies in the shared data folder (below `models/`, perhaps gzipped); undefined when it is not there. */
  shared: string | undefined
  /** MD5 of the .onnx bytes (uncompressed) where known. */
  md5: string | undefined
  licence: string
  source: string
}

export interface Card {
  /** Absolute path of the card. */
  path: string
  name: string
  title: string
  task: Task
  dataset: DatasetName
  model: CardModel
  /** Absolute path of the build YAML. */
  config: string
  inputName: string
  outputName: string
  reader: Reader
  /** Chains to pixels 0..255 in train colour type and train layout; never mean or scale. */
  preprocess: { calibration: readonly TransformSpec[]; inference: readonly TransformSpec[] }
  /** Outputs before class 0. */
  classOffset: number
  /** Float accuracy measured for this card, share 0..1. */
  accuracy: { metric: string; float: number; subset: string } | undefined
}
