/** Files appear whole or not at all. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { systemError } from './system-error.ts'

/**
 * Write beside the target, then rename. On failure the target keeps its old content and no temporary file stays.
 *
 * @throws StageError STAGE_FILE where the system refuses (no permission, disk full, a file where a folder should be)
 */
export function saveFileAtomic(path: string, bytes: Uint8Array | string): void {
  const folder = dirname(path)
  const temporary = join(folder, `.${basename(path)}.${process.pid}.part`)
  try {
    mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw systemError(error, folder) ?? error
  }
  try {
    writeFileSync(temporary, bytes)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw systemError(error, path) ?? error
  }
}
