/** Calibration data on disk -> tensors the float models take. */
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { SampleSource } from '../calibrate/collect.ts'
import type { CalibrationConfig, ResolvedInput } from '../config/types.ts'
import type { Tensor } from '../ir/tensor.ts'
import { toMiddleType } from '../prepare/middle-type.ts'
import type { Reporter } from '../reporter.ts'
import { openFolder, type SampleFolder } from './folder.ts'
import { SampleInspector } from './inspect.ts'
import { matchFolders } from './match.ts'
import { checkPicture, readPicture } from './picture.ts'
import { randomSamples } from './random.ts'
import { checkRaw, readRaw } from './raw.ts'

/**
 * Open the calibration set of a build. Sizes and headers of all files are checked at once; values are read sample by sample,
 * as middle-type tensors by input name. Suspicious content is reported once, the first time the samples are read.
 *
 * @throws DataError when a folder is missing or empty, files do not fit the input, or inputs have different numbers of files
 */
export function openSamples(
  inputs: readonly ResolvedInput[],
  calibration: Pick<CalibrationConfig, 'type' | 'preprocessOn'>,
  reporter: Reporter,
): SampleSource {
  if (calibration.type === 'skip') return randomSamples(inputs)
  const folders = inputs.map((input) => openFolder(input, reporter))
  matchFolders(folders, reporter)
  const { preprocessOn } = calibration
  for (const { files, input, dtype } of folders) {
    for (const file of files) (preprocessOn ? checkPicture : checkRaw)(file, input, dtype)
  }
  logFolders(folders, reporter)

  const [{ files: first }] = folders
  const names = first.map((file) => basename(file))
  const inspectors = folders.map(({ input }) => new SampleInspector(input))
  const unread = new Set(names.keys())
  const doubts: string[] = []
  const doubt = (text: string): void => {
    doubts.push(text)
    reporter.warn(text)
  }
  return {
    count: names.length,
    names,
    doubts,
    async read(index) {
      const sample = new Map<string, Tensor>()
      for (const [i, { input, files, dtype }] of folders.entries()) {
        const file = files[index]
        const train = preprocessOn ? await readPicture(file, input) : readRaw(file, input, dtype)
        inspectors[i].look(train, basename(file)).forEach(doubt)
        sample.set(input.name, toMiddleType(train, input))
      }
      if (unread.delete(index) && unread.size === 0)
        inspectors.flatMap((inspector) => inspector.conclude()).forEach(doubt)
      return sample
    },
  }
}

function logFolders(folders: readonly SampleFolder[], reporter: Reporter): void {
  for (const { input, files } of folders) {
    reporter.info(`First calibration picture name: ${basename(files[0])}`)
    reporter.info(`First calibration picture md5: ${md5(files[0])}`)
    for (const file of files) reporter.debug(`Read raw file: ${file} (${statSync(file).size} bytes)`)
    reporter.info(`num of calibration data: ${files.length}`)
    reporter.info(`calibration data shape: (${input.shape.join(', ')})`)
  }
}

function md5(path: string): string {
  return createHash('md5').update(readFileSync(path)).digest('hex')
}
