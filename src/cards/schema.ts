/** The keys of a model card and their checks. */
import * as z from 'zod'
import { READERS } from '../image/reader.ts'
import { DECODERS } from '../tasks/decoders.ts'
import { detectionSettings } from '../tasks/detection/settings.ts'
import { namedSpec } from '../text/named-spec.ts'
import { strictObject } from '../text/strict-object.ts'
import { TRANSFORMERS } from '../transforms/index.ts'
import { DATASETS, TASKS } from './card.ts'

const text = z.string().min(1)

/** `- NameTransformer` or `- NameTransformer: { parameter: value }`. */
const chain = z.array(namedSpec(TRANSFORMERS, 'transformer')).min(1)

const share = z.number().min(0).max(1)

/** A file, and where exactly these bytes can be had without a login. */
const fileKeys = {
  file: text,
  /** May be left out of a file that nobody fetches. */
  md5: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'expected 32 hexadecimal digits')
    .optional(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')
    .optional(),
  bytes: z.int().positive().optional(),
  urls: z.array(z.url({ protocol: /^(https?|file)$/, error: 'expected an http, https or file address' })).default([]),
  gzip: z.boolean().default(false),
}

interface FileKeys {
  md5?: string | undefined
  sha256?: string | undefined
  urls: readonly string[]
}

/** What was fetched is used only where it is the file that was meant. */
const canBeVerified = ({ md5, sha256, urls }: FileKeys): boolean =>
  md5 !== undefined || sha256 !== undefined || urls.length === 0
const NOT_VERIFIABLE = "a file with 'urls' needs its 'md5'"

const keys = strictObject({
  name: text,
  title: text,
  task: z.enum(TASKS),
  dataset: z.enum(DATASETS),
  model: strictObject({
    ...fileKeys,
    licence: text,
    source: text,
    /** By role. */
    extra_files: z.record(text, strictObject(fileKeys).refine(canBeVerified, NOT_VERIFIABLE)).default({}),
  }).refine(canBeVerified, NOT_VERIFIABLE),
  /** Build YAML, beside the card. */
  config: text,
  input: text,
  output: text.optional(),
  /** Several, in the order the decoder wants them. */
  outputs: z.array(text).min(1).optional(),
  reader: z.enum(READERS),
  preprocess: strictObject({
    calibration: chain,
    /** Left out: the same as calibration. */
    inference: chain.optional(),
  }),
  class_offset: z.int().nonnegative().default(0),
  decoder: namedSpec(new Map([...DECODERS.detection, ...DECODERS.segmentation]), 'decoder').optional(),
  detection: detectionSettings.optional(),
  /** What others measured, on the whole data set. */
  published: strictObject({ metric: text, float: share, int8: share.optional(), where: text }).optional(),
  /** What we measured, and the command that does it again. */
  accuracy: strictObject({
    metric: text,
    float: share,
    int8: share.optional(),
    /** How far a new figure may lie below these two before something is wrong. */
    noise: share.optional(),
    subset: text,
    command: text.optional(),
  }).optional(),
})

/** The keys of a card, and the rules between them. */
export const cardSchema = keys.superRefine(({ task, decoder, detection }, context) => {
  const wrong = (key: string, message: string): void => context.addIssue({ code: 'custom', path: [key], message })
  if (task === 'classification') {
    if (decoder) wrong('decoder', "task 'classification' has no decoder: the largest output is the class")
  } else {
    const known = [...DECODERS[task].keys()].join(', ')
    if (!decoder) wrong('task', `task '${task}' needs the key 'decoder': known are ${known}`)
    else if (!DECODERS[task].has(decoder.name)) {
      wrong('decoder', `decoder '${decoder.name}' is not for task '${task}': known are ${known}`)
    }
  }
  if (task === 'detection' && !detection) wrong('task', "task 'detection' needs the key 'detection' with its 'nms'")
  if (task !== 'detection' && detection) wrong('detection', `task '${task}' has no key 'detection'`)
})
