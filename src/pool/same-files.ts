/** Master and worker on two machines must mean the same files. */
import { statSync } from 'node:fs'
import { hostname } from 'node:os'
import { StageError } from '../errors.ts'
import { hashOfFile } from '../files/hash-file.ts'
import { VERSION } from '../version.ts'

/** MD5 by path. */
export async function fingerprints(paths: readonly string[]): Promise<Record<string, string>> {
  const entries = await Promise.all(paths.map(async (path) => [path, await hashOfFile(path, 'md5')] as const))
  return Object.fromEntries(entries)
}

/** Checks on a worker's machine; a file is hashed once as long as it does not change. */
export class SameFiles {
  readonly #known = new Map<string, string>()

  /** Throws StageError `STAGE_OTHER_MACHINE` when this machine would compute something else than the master's. */
  async require({ version, files }: { version: string; files: Readonly<Record<string, string>> }): Promise<void> {
    if (version !== VERSION)
      throw other(`has openmapper ${VERSION}, the evaluation was started by ${version}`, 'install the same on both')
    for (const [path, md5] of Object.entries(files)) {
      const found = await this.#md5(path)
      if (found === undefined) throw other(`has no ${path}`, SAME_PATHS)
      if (found !== md5) throw other(`has another ${path} (md5 ${found}, not ${md5})`, SAME_PATHS)
    }
  }

  async #md5(path: string): Promise<string | undefined> {
    const found = statSync(path, { throwIfNoEntry: false })
    if (!found?.isFile()) return undefined
    const key = `${path} ${found.size} ${found.mtimeMs}`
    const md5 = this.#known.get(key) ?? (await hashOfFile(path, 'md5'))
    this.#known.set(key, md5)
    return md5
  }
}

const SAME_PATHS = 'share one folder, so that every machine has the same model, card and data under the same path'

function other(what: string, fix: string): StageError {
  return new StageError('STAGE_OTHER_MACHINE', `the worker on ${hostname()} ${what}`, {
    stage: 'run',
    where: hostname(),
    fix,
  })
}
