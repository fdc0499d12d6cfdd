/** Calibration data on disk -> tensors the float models take. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { SampleSource } from '../calibrate/collect.ts'
import type { CalibrationConfig, ResolvedInput } from '../config/types.ts'
import { DataError } from '../errors.ts'
import type { Tensor } from '../ir/tensor.ts'
import { toMiddleType } from '../prepare/middle-type.ts'
import type { Reporter } from '../reporter.ts'
import { inspectSample } from './inspect.ts'
import { readPicture } from './picture.ts'
import { randomSamples } from './random.ts'
import { readRaw } from './raw.ts'

interface InputFolder {
  input: ResolvedInput
  files: string[]
  dtype: 'uint8' | 'float32'
}

/**
 * Open the calibration set of a build. Samples are read one by one, as middle-type tensors by input name; the first ones are
 * looked at and suspicious content is reported once.
 *
 * @throws DataError when a folder is missing or empty, files do not fit the input, or inputs have different numbers of files
 */
export function openSamples(
  inputs: readonly ResolvedInput[],
  calibration: CalibrationConfig,
  reporter: Reporter,
): SampleSource {
  if (calibration.type === 'skip') return randomSamples(inputs)
  const folders = inputs.map((input) => openFolder(input, calibration, reporter))
  const [first] = folders
  for (const folder of folders) {
    if (folder.files.length === first.files.length) continue
    throw new DataError(
      'DATA_COUNT',
      `input '${first.input.name}' has ${first.files.length} calibration files, input '${folder.input.name}' has ${folder.files.length}`,
      {
        where: folder.input.calDataDir,
        fix: 'give every input the same number of files; they are matched in sorted order',
      },
    )
  }
  reporter.info(`First calibration picture name: ${basename(first.files[0])}`)
  reporter.info(`num of calibration data: ${first.files.length}`)
  for (const { input } of folders) reporter.info(`calibration data shape: (${input.shape.join(', ')})`)
  const read = async (index: number): Promise<Map<string, Tensor>> => {
    const sample = new Map<string, Tensor>()
    for (const folder of folders) {
      const { input, files } = folder
      const train = calibration.preprocessOn
        ? await readPicture(files[index], input)
        : readRaw(files[index], input, folder.dtype)
      if (index === 0)
        for (const warning of inspectSample(train, input)) reporter.warn(`${basename(files[0])}: ${warning}`)
      sample.set(input.name, toMiddleType(train, input))
    }
    return sample
  }
  // A wrong size or type must be found now, not after minutes of work.
  if (!calibration.preprocessOn) for (const { files, input, dtype } of folders) readRaw(files[0], input, dtype)
  return { count: first.files.length, names: first.files.map((file) => basename(file)), read }
}

function openFolder(input: ResolvedInput, calibration: CalibrationConfig, reporter: Reporter): InputFolder {
  const folder = input.calDataDir
  if (folder === undefined) {
    throw new DataError('DATA_NO_FOLDER', `no calibration data given for input '${input.name}'`, {
      where: 'calibration_parameters.cal_data_dir',
      fix: 'set cal_data_dir to a folder of about 100 samples (openmapper preprocess writes one), or calibration_type: skip for a speed trial',
    })
  }
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new DataError('DATA_FOLDER_MISSING', `calibration folder not found: ${folder}`, {
      where: 'calibration_parameters.cal_data_dir',
      fix: 'run 02_preprocess.sh (or openmapper preprocess) first, or correct the path',
    })
  }
  const files = readdirSync(folder)
    .filter((name) => !name.startsWith('.') && statSync(join(folder, name)).isFile())
    .sort()
    .map((name) => join(folder, name))
  if (files.length === 0) {
    throw new DataError('DATA_EMPTY_FOLDER', `calibration folder is empty: ${folder}`, {
      where: 'calibration_parameters.cal_data_dir',
      fix: 'run 02_preprocess.sh (or openmapper preprocess) first',
    })
  }
  return { input, files, dtype: calibration.preprocessOn ? 'uint8' : dataType(input, folder, reporter) }
}

/** The YAML's word, else the manual's rule: a folder ending in _f32 holds float32, every other uint8. */
function dataType(input: ResolvedInput, folder: string, reporter: Reporter): 'uint8' | 'float32' {
  const bySuffix = folder.replace(/\/+$/, '').endsWith('_f32') ? 'float32' : 'uint8'
  if (input.calDataType === undefined) return input.typeTrain === 'featuremap' ? 'float32' : bySuffix
  if (input.calDataType !== bySuffix) {
    reporter.warn(
      `The calibration dir name suffix is not the same as the value ${input.calDataType} of the parameter cal_data_type, the parameter setting will prevail`,
    )
  }
  return input.calDataType
}
