/** Data sets that are incomplete or hold something wrong: the place and what belongs there. */
import { DataError } from '../errors.ts'

/** A DataError of stage `dataset`: while pictures are scored it costs the one picture it is thrown for. */
export function datasetError(
  code: `DATA_${string}`,
  message: string,
  place: { where: string; fix: string; cause?: unknown },
): DataError {
  return new DataError(code, message, { stage: 'dataset', ...place })
}

/** Something of a data set's layout is not there. `layout` says what belongs where. */
export function incomplete(message: string, where: string, layout: string): DataError {
  return datasetError('DATA_DATASET_INCOMPLETE', message, { where, fix: layout })
}
