/** Calibration data for a calibrated model that comes without its YAML. */
import { existsSync, readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { SampleSource } from '../calibrate/collect.ts'
import type { ResolvedInput } from '../config/types.ts'
import { ReadError } from '../errors.ts'
import type { Model } from '../ir/model.ts'
import type { Reporter } from '../reporter.ts'
import { openSamples } from '../samples/open.ts'
import { readFacts } from './artefacts.ts'

const PICTURES: ReadonlySet<string> = new Set(['.jpg', '.jpeg', '.png', '.bmp', '.webp', '.tif', '.tiff'])

/**
 * The samples a model is debugged with.
 *
 * @param folders one per input, or one with a folder for each input inside; none: where the build found its calibration data
 * Throws ReadError for a model that no build of ours calibrated, DataError for data that do not fit.
 */
export function openDebugSamples(
  calibrated: Model,
  path: string,
  folders: readonly string[],
  reporter: Reporter,
): SampleSource {
  const facts = readFacts(calibrated)
  if (facts?.stage !== 'calibrated') {
    throw new ReadError('READ_NOT_CALIBRATED', 'this is not a calibrated model of openmapper', {
      where: path,
      fix: 'name the ..._calibrated_model.onnx in the working_dir of a build',
    })
  }
  const inputs = facts.inputs.map((input, index) => ({ ...input, calDataDir: folderOf(input, index, folders) }))
  return openSamples(inputs, { type: 'default', preprocessOn: inputs.some(holdsPictures) }, reporter)
}

function folderOf(input: ResolvedInput, index: number, folders: readonly string[]): string | undefined {
  if (folders.length === 0) return input.calDataDir
  const inside = join(folders[0], input.name)
  if (folders.length === 1 && existsSync(inside)) return inside
  return folders[index] ?? folders[0]
}

function holdsPictures({ calDataDir }: { calDataDir: string | undefined }): boolean {
  if (calDataDir === undefined || !existsSync(calDataDir)) return false
  return readdirSync(calDataDir).some((name) => PICTURES.has(extname(name).toLowerCase()))
}
