/** Mistakes in the YAML that only the model or the data reveal, shown where they stand in the file. */
import type { BuildConfig } from '../config/types.ts'
import { OpenMapperError } from '../errors.ts'

const KEY = /^(model|input|calibration|compiler)_parameters\.\w+$/

/** The error with `file:line:column` and the source line in place of `group.key`; any other error as it is. */
export function placedInYaml(error: unknown, { placeOf }: BuildConfig): unknown {
  if (!(error instanceof OpenMapperError) || error.where === undefined || !KEY.test(error.where) || !placeOf)
    return error
  const { where, source } = placeOf(error.where)
  return error.placed(where, source)
}
