/** What a build depends on, as one digest: two builds with the same one give the same files. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { BuildConfig } from '../config/types.ts'
import { VERSION } from '../version.ts'

/** Digest of the configuration, the model files' bytes, and names, sizes and times of the calibration data. */
export function buildIdentity({ model, inputs, calibration, compiler }: BuildConfig): string {
  const { accuracy: _, adjustments, ...method } = calibration
  const settings = [VERSION, { ...model, workingDir: '' }, inputs, method, [...(adjustments ?? [])], compiler]
  const hash = createHash('sha256').update(JSON.stringify(settings))
  const files: string[] = Object.values(model.files)
  for (const file of files) hash.update(readFileSync(file))
  for (const { calDataDir } of inputs) {
    if (calDataDir !== undefined && existsSync(calDataDir)) hash.update(JSON.stringify(listing(calDataDir)))
  }
  return hash.digest('hex')
}

function listing(folder: string): [string, number, number][] {
  return readdirSync(folder)
    .toSorted()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name))
      return [name, size, mtimeMs]
    })
}
