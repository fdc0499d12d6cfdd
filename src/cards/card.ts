/** What a model card (`model.yaml`) says, after checking; paths absolute. */
import type { Reader } from '../image/reader.ts'
import type { DetectionSettings } from '../tasks/detection/settings.ts'
import type { NamedSpec } from '../text/named-spec.ts'
import type { TransformSpec } from '../transforms/spec.ts'

export const TASKS = ['classification', 'detection', 'segmentation'] as const
export type Task = (typeof TASKS)[number]

export const DATASETS = ['imagenet', 'cifar10', 'coco', 'voc', 'cityscapes'] as const
export type DatasetName = (typeof DATASETS)[number]

export interface CardFile {
  /** Path below the card's folder, `model_zoo/mapper/`, or the `models/` of the data folder (see resolve-model.ts). */
  file: string
  /** MD5 of that file. */
  md5: string
}

/** The float model and where it comes from. */
export interface CardModel extends CardFile {
  licence: string
  source: string
  /** What belongs to the model beside its network, by role: the `anchors` of a detector. */
  extraFiles: Readonly<Record<string, CardFile>>
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
  /** Outputs in the order the decoder wants them; empty: all of the model's in its order. */
  outputs: readonly string[]
  reader: Reader
  /** Chains to pixels 0..255 in train colour type and train layout; never mean or scale. */
  preprocess: { calibration: readonly TransformSpec[]; inference: readonly TransformSpec[] }
  /** Outputs before class 0. */
  classOffset: number
  /** How outputs become boxes or label maps; undefined for classification. */
  decoder: NamedSpec | undefined
  /** For detection, and nothing else. */
  detection: DetectionSettings | undefined
  /** Float accuracy measured with this card, share 0..1; undefined where none has been measured. */
  accuracy: { metric: string; float: number; subset: string } | undefined
}
