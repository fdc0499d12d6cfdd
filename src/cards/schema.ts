/** The keys of a model card and their checks. */
import * as z from 'zod'
import { READERS } from '../image/reader.ts'
import { strictObject } from '../text/strict-object.ts'
import { specProblems } from '../transforms/check.ts'
import type { TransformSpec } from '../transforms/spec.ts'
import { DATASETS, TASKS } from './card.ts'

const text = z.string().min(1)

/** `- NameTransformer` or `- NameTransformer: { parameter: value }`. */
const transformer = z
  .union([text, z.record(z.string(), z.unknown())], {
    error: 'expected a transformer name, or a name with its parameters',
  })
  .transform((item, context): TransformSpec => {
    const [[name, params] = ['', {}], ...others] =
      typeof item === 'string' ? [[item, {}] as const] : Object.entries(item)
    if (others.length > 0 || typeof (params ?? {}) !== 'object') {
      context.issues.push({
        code: 'custom',
        input: item,
        message: 'expected one transformer: - Name: { parameter: value }',
      })
      return z.NEVER
    }
    const spec = { name, params: (params ?? {}) as Record<string, unknown> }
    for (const { path, message, unknownKey } of specProblems(spec)) {
      const place = { input: spec.params, path: [...path], message }
      if (unknownKey === undefined) context.issues.push({ code: 'custom', ...place })
      else context.issues.push({ code: 'unrecognized_keys', keys: [unknownKey], ...place })
    }
    return spec
  })

const chain = z.array(transformer).min(1)

export const cardSchema = strictObject({
  name: text,
  title: text,
  task: z.enum(TASKS),
  dataset: z.enum(DATASETS),
  model: strictObject({
    file: text,
    md5: z.string().regex(/^[0-9a-f]{32}$/, 'expected 32 hexadecimal digits'),
    licence: text,
    source: text,
  }),
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
  accuracy: strictObject({ metric: text, float: z.number().min(0).max(1), subset: text }).optional(),
})
