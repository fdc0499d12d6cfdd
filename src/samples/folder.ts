/** The calibration folder of one input: its files and their element type. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { ResolvedInput } from '../config/types.ts'
import { DataError } from '../errors.ts'
import type { Reporter } from '../reporter.ts'
import type { SampleType } from './raw.ts'

const KEY = 'calibration_parameters.cal_data_dir'

export interface SampleFolder {
  input: ResolvedInput
  /** Paths, sorted by name. */
  files: string[]
  /** Element type of raw files; a .npy says its own. */
  dtype: SampleType
}

/** List the folder named by `cal_data_dir`. Throws DataError where it is not given, missing or without files. */
export function openFolder(input: ResolvedInput, reporter: Reporter): SampleFolder {
  const folder = input.calDataDir
  if (folder === undefined) {
    throw new DataError('DATA_NO_FOLDER', `no calibration data given for input '${input.name}'`, {
      where: KEY,
      fix: 'set cal_data_dir to a folder of about 100 samples (openmapper preprocess writes one), or calibration_type: skip for a speed trial',
    })
  }
  const found = statSync(folder, { throwIfNoEntry: false })
  if (!found?.isDirectory()) {
    const message = found ? `${folder} is a file, not a folder` : `calibration folder not found: ${folder}`
    throw new DataError('DATA_FOLDER_MISSING', message, {
      where: KEY,
      fix: found
        ? 'name the folder that holds the samples'
        : 'run 02_preprocess.sh (or openmapper preprocess) first, correct the path, or name a folder of pictures with preprocess_on: True',
    })
  }
  const entries = readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort()
  const isFile = (name: string): boolean => statSync(join(folder, name)).isFile()
  const files = entries.filter(isFile).map((name) => join(folder, name))
  if (files.length === 0) {
    const folders = entries.slice(0, 4).join(', ')
    throw new DataError('DATA_EMPTY_FOLDER', `calibration folder is empty: ${folder}`, {
      where: KEY,
      ...(entries.length > 0
        ? { detail: `it holds folders only: ${folders}`, fix: 'name the folder that holds the samples themselves' }
        : { fix: 'run 02_preprocess.sh (or openmapper preprocess) first' }),
    })
  }
  return { input, files, dtype: sampleType(input, folder, reporter) }
}

/** The YAML's word, else the manual's rule: a folder ending in _f32 holds float32, every other uint8. */
function sampleType(input: ResolvedInput, folder: string, reporter: Reporter): SampleType {
  const bySuffix = folder.replace(/\/+$/, '').endsWith('_f32') ? 'float32' : 'uint8'
  if (input.calDataType === undefined) return input.typeTrain === 'featuremap' ? 'float32' : bySuffix
  if (input.calDataType !== bySuffix) {
    reporter.warn(
      `The calibration dir name suffix is not the same as the value ${input.calDataType} of the parameter cal_data_type, the parameter setting will prevail`,
    )
  }
  return input.calDataType
}
