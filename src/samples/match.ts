/** Samples of several inputs belong together in sorted order of their names. */
import { basename, extname } from 'node:path'
import { DataError } from '../errors.ts'
import type { Reporter } from '../reporter.ts'
import type { SampleFolder } from './folder.ts'

/** Throws DataError where the numbers of files differ; warns where the names do. */
export function matchFolders(folders: readonly SampleFolder[], reporter: Reporter): void {
  const [first, ...others] = folders
  for (const other of others) {
    if (other.files.length !== first.files.length) refuseCounts(first, other)
    const odd = first.files.findIndex((file, i) => stem(file) !== stem(other.files[i]))
    if (odd >= 0) {
      reporter.warn(
        `inputs are matched in sorted order of their files: ${basename(first.files[odd])} of '${first.input.name}' goes with ` +
          `${basename(other.files[odd])} of '${other.input.name}'. Give them the same name if they belong together`,
      )
    }
  }
}

function refuseCounts(first: SampleFolder, other: SampleFolder): never {
  const [more, fewer] = first.files.length > other.files.length ? [first, other] : [other, first]
  const known = new Set(fewer.files.map(stem))
  const alone = more.files.find((file) => !known.has(stem(file)))
  throw new DataError(
    'DATA_COUNT',
    `input '${first.input.name}' has ${first.files.length} calibration files, input '${other.input.name}' has ${other.files.length}`,
    {
      where: fewer.input.calDataDir,
      detail: alone === undefined ? '' : `'${fewer.input.name}' has no ${stem(alone)}`,
      fix: 'give every input one file per sample, under the same name',
    },
  )
}

function stem(file: string): string {
  return basename(file, extname(file))
}
