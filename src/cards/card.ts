/** What a model card (`model.yaml`) says, after checking; paths absolute. */
import type { Reader } from '../image/reader.ts'
import type { DetectionSettings } from '../tasks/detection/settings.ts'
import type { NamedSpec } from '../text/named-spec.ts'
import type { TransformSpec } from '../transforms/spec.ts'

export const TASKS = ['classification', 'detection', 'segmentation'] as const
export type Task = (typeof TASKS)[number]

export const DATASETS = ['imagenet', 'cifar10', 'mnist', 'coco', 'voc', 'cityscapes'] as const
export type DatasetName = (typeof DATASETS)[number]

export interface CardFile {
  /** Path below the card's folder, `model_zoo/mapper/`, or the `models/` of the data folder (see resolve-model.ts). */
  file: string
  /** Undefined for a file of the user that nobody fetches: it is taken as it is. */
  md5?: string | undefined
  sha256?: string | undefined
  bytes?: number | undefined
  /** Addresses that give exactly this file without a login. */
  urls: readonly string[]
  /** The addresses give it as a gzip archive. */
  gzip: boolean
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
  /** What others published, on the whole data set; undefined where we know of nothing. */
  published: PublishedAccuracy | undefined
  /** What we measured with this card; undefined where nothing has been. */
  accuracy: MeasuredAccuracy | undefined
}

/** The model, then its extra files. */
export function filesOf({ model }: Card): CardFile[] {
  return [model, ...Object.values(model.extraFiles)]
}

/** Shares 0..1 of the data set's headline metric. */
export interface PublishedAccuracy {
  metric: string
  float: number
  int8?: number | undefined
  /** Page or table. */
  where: string
}

export interface MeasuredAccuracy {
  /** Key of the data set's scoring. */
  metric: string
  float: number
  /** Of a build with the card's YAML. */
  int8?: number | undefined
  /** How far a new figure may lie below these two before something is wrong: `npm run accuracy -- --check`. */
  noise?: number | undefined
  /** The pictures. */
  subset: string
  command?: string | undefined
}
