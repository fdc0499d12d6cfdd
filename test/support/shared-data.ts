/** Where the real models and labelled images lie, for tests and benchmarks that need them. */
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** The folder with `models/` and `datasets/`, or undefined; tests then skip and say so. */
export function sharedData(): string | undefined {
  const folder = resolve(process.env['OPENMAPPER_DATA'] ?? resolve(projectRoot, '../shared/data'))
  return existsSync(folder) ? folder : undefined
}
