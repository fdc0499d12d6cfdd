/** The whole YAML as a zod schema: unknown keys, wrong values, and the rules between keys. */
import * as z from 'zod'
import { strictObject } from '../text/strict-object.ts'
import { crossCheck } from './cross-check.ts'
import { GROUPS, type GroupName } from './keys/index.ts'
import { keySchema, type KeyTable } from './key-spec.ts'

/** Values of one group, by key; absent keys are undefined. */
export type GroupValues = Record<string, unknown>
export type RawConfig = Record<GroupName, GroupValues>

function groupSchema(table: KeyTable): z.ZodType<GroupValues> {
  const shape = Object.fromEntries(Object.entries(table).map(([key, spec]) => [key, keySchema(key, spec).optional()]))
  return z.preprocess((value) => value ?? {}, strictObject(shape))
}

/** The schema; `crossCheck` adds what must hold between keys. */
export const configSchema: z.ZodType<RawConfig> = z.preprocess(
  (value) => value ?? {},
  strictObject({
    model_parameters: groupSchema(GROUPS.model_parameters),
    input_parameters: groupSchema(GROUPS.input_parameters),
    calibration_parameters: groupSchema(GROUPS.calibration_parameters),
    compiler_parameters: groupSchema(GROUPS.compiler_parameters).optional().default({}),
    custom_op: groupSchema(GROUPS.custom_op).optional().default({}),
  }).superRefine((config, context) => {
    for (const { path, message } of crossCheck(config)) context.addIssue({ code: 'custom', path: [...path], message })
  }),
)
