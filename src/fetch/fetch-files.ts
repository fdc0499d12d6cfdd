/** Files that belong to a model or a data set: verified where they are, fetched where they are not. */
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DataError, type OpenMapperError } from '../errors.ts'
import { systemError } from '../files/system-error.ts'
import type { Reporter } from '../reporter.ts'
import { mismatch } from './checksum.ts'
import { download, type Patience } from './download.ts'
import { describeFile, type FileToFetch } from './file-to-fetch.ts'
import { locked } from './lock.ts'
import { addresses, mirrorList } from './mirrors.ts'

export interface FetchOptions {
  /** Files go below it, each to its path. */
  folder: string
  /** Tried before the files' own addresses, and before those of `OPENMAPPER_MIRROR`. */
  mirrors?: readonly string[] | undefined
  reporter: Reporter
  signal?: AbortSignal | undefined
  /** Files at a time; default 4. */
  parallel?: number
  /** Shorter pauses, for tests. */
  patience?: Partial<Patience>
}

export interface FetchedFile {
  file: FileToFetch
  /** Where it lies. */
  path: string
  /** False where it lay there before. */
  isNew: boolean
}

const PARALLEL = 4
const MEGABYTE = 1e6

/**
 * Make sure that every file lies in the folder, verified, and return them in order.
 *
 * A file that is there (put there by hand, or by an earlier run) is kept when its hash fits; one that does not fit is an error and is
 * left alone. All others are downloaded, several at a time; what cannot be fetched does not stop the rest.
 *
 * @throws DataError `DATA_FETCH_BY_HAND` that says what to fetch, from where, and where to put it; `DATA_WRONG_HASH` for a file
 *   in the folder that is not the right one; `DATA_FETCH_FAILED` for several
 */
export async function fetchFiles(files: readonly FileToFetch[], options: FetchOptions): Promise<FetchedFile[]> {
  const mirrors = mirrorList(options.mirrors)
  const meter = new Meter(options.reporter)
  const results: FetchedFile[] = []
  const failures = new Map<FileToFetch, OpenMapperError>()
  const waiting = [...files.entries()]

  async function workThrough(): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, file] = next
      try {
        results[index] = await fetchFile(file, mirrors, options, meter)
      } catch (error) {
        const known = error instanceof DataError ? error : systemError(error)
        if (known === undefined) throw error
        failures.set(file, known)
      }
    }
  }

  await Promise.all(Array.from({ length: options.parallel ?? PARALLEL }, workThrough))
  const inOrder = files.flatMap((file) => failures.get(file) ?? [])
  if (inOrder.length === 0) return results
  throw inOrder.length === 1 ? inOrder[0] : several(inOrder, files.length)
}

async function fetchFile(
  file: FileToFetch,
  mirrors: readonly string[],
  { folder, reporter, signal, patience }: FetchOptions,
  meter: Meter,
): Promise<FetchedFile> {
  const path = join(folder, ...file.path.split('/'))
  if (await isThere(path, file)) return { file, path, isNew: false }
  const places = addresses(file, mirrors)
  if (places.length === 0) throw byHand(file, path, [])
  mkdirSync(dirname(path), { recursive: true })
  const { isNew, failed } = await locked(
    `${path}.lock`,
    async () => {
      // Another process may have fetched it meanwhile.
      if (await isThere(path, file)) return { isNew: false }
      const failed = await download(file, places, path, {
        signal,
        patience,
        onBytes: (done, total) => meter.set(file.path, done, total),
        onRetry: (message) => reporter.info(message),
      })
      return { isNew: true, failed }
    },
    {
      signal,
      onWait: (holder) => reporter.info(`${file.path}: process ${holder} is fetching it; waiting (${path}.lock)`),
    },
  )
  meter.finish(file.path)
  if (failed) throw byHand(file, path, failed)
  if (isNew) reporter.info(`${file.path}: fetched and verified`)
  return { file, path, isNew }
}

/** Whether the file lies there already. Throws DataError when another one does: it is the user's to remove. */
async function isThere(path: string, file: FileToFetch): Promise<boolean> {
  if (!existsSync(path)) return false
  const wrong = await mismatch(path, file)
  if (wrong === undefined) return true
  throw new DataError('DATA_WRONG_HASH', `${path} is not the file it should be: ${wrong}`, {
    stage: 'fetch',
    where: path,
    fix: 'remove it or move it away, and run the command again',
  })
}

/** What a person has to do where no address gives the file. */
function byHand(file: FileToFetch, path: string, reasons: readonly string[]): DataError {
  const why = reasons.length > 0 ? 'could not be fetched' : 'cannot be fetched by a program'
  return new DataError('DATA_FETCH_BY_HAND', `${file.path} ${why}`, {
    stage: 'fetch',
    where: path,
    detail: [
      ...reasons,
      `file:   ${describeFile(file)}`,
      `from:   ${file.source}`,
      `put at: ${path}`,
      ...(file.isGzipped ? ['        (it comes gzipped: unpack it with gunzip)'] : []),
    ].join('\n'),
    fix: 'fetch it by hand and run the command again, or name a folder that has it: --mirror file:///DIR',
  })
}

function several(failures: readonly OpenMapperError[], total: number): DataError {
  const detail = failures.map(({ message, detail }) => [message, ...(detail ?? '').split('\n')].join('\n  ').trimEnd())
  return new DataError('DATA_FETCH_FAILED', `${failures.length} of ${total} files are missing`, {
    stage: 'fetch',
    detail: detail.join('\n'),
    fix: 'see to each of them and run the command again: what has been fetched is kept',
  })
}

/** Bytes of all files together, told as megabytes. */
class Meter {
  readonly #reporter: Reporter
  readonly #files = new Map<string, { first: number; done: number; total: number }>()

  constructor(reporter: Reporter) {
    this.#reporter = reporter
  }

  set(path: string, done: number, total: number | undefined): void {
    // What an earlier run saved says nothing about the time left.
    const first = this.#files.get(path)?.first ?? done
    this.#files.set(path, { first: Math.min(first, done), done, total: total ?? done })
    this.#tell()
  }

  finish(path: string): void {
    const file = this.#files.get(path)
    if (!file) return
    this.#files.set(path, { ...file, total: file.done })
    this.#tell()
  }

  #tell(): void {
    let [done, total] = [0, 0]
    for (const file of this.#files.values()) {
      done += file.done - file.first
      total += file.total - file.first
    }
    const rounded = (bytes: number): number => Math.round((10 * bytes) / MEGABYTE) / 10
    this.#reporter.progress('fetch, megabytes', rounded(done), rounded(total))
  }
}
