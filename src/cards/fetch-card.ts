/** The files of a card on this machine: found and verified, or fetched. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { DataError } from '../errors.ts'
import { mismatch } from '../fetch/checksum.ts'
import { fetchFiles, type FetchOptions } from '../fetch/fetch-files.ts'
import type { FileToFetch } from '../fetch/file-to-fetch.ts'
import type { Card, CardFile } from './card.ts'
import { fetchFolder, filePlaces } from './resolve-model.ts'

/**
 * Make sure that the model of a card and its extra files are on this machine, verified, and return their paths, the model's first.
 *
 * A file counts where `resolveFile` would take it; the others are fetched to `model_zoo/mapper`. Throws DataError like `fetchFiles`.
 */
export async function fetchCard(card: Card, options: Omit<FetchOptions, 'folder'>): Promise<string[]> {
  const files = [card.model, ...Object.values(card.model.extraFiles)]
  const here = await Promise.all(files.map((file) => verifiedPlace(card, file)))
  const missing = files.filter((_, index) => here[index] === undefined)
  const wanted = missing.map((file) => toFetch(card, file))
  const fetched = await fetchFiles(wanted, { ...options, folder: fetchFolder(card) })
  return files.map((file, index) => here[index] ?? fetched[missing.indexOf(file)].path)
}

/**
 * Check what an evaluation of `model` reads of a card: its extra files, and the model where it is the card's own. Files that are
 * not here are left to whoever needs them. Throws DataError for a file that is not the one the card means, naming both.
 */
export async function verifyCardFiles(card: Card, model: string): Promise<void> {
  const isOwn = filePlaces(card, card.model).some((place) => resolve(place) === resolve(model))
  const files = [...(isOwn ? [card.model] : []), ...Object.values(card.model.extraFiles)]
  for (const file of files) await verifiedPlace(card, file)
}

/** How `fetchFiles` knows a file of a card. */
function toFetch(card: Card, { file, urls, md5, sha256, bytes, gzip }: CardFile): FileToFetch {
  const source = `${card.model.source} (licence: ${card.model.licence})`
  return { path: file, urls, md5, sha256, size: bytes, isGzipped: gzip, source }
}

/** Where the file lies; undefined where it does not. Throws DataError when the one that would be taken is another. */
async function verifiedPlace(card: Card, file: CardFile): Promise<string | undefined> {
  const path = filePlaces(card, file).find((place) => existsSync(place))
  if (path === undefined) return undefined
  const wrong = await mismatch(path, toFetch(card, file))
  if (wrong === undefined) return path
  throw new DataError('DATA_WRONG_HASH', `${path} is not the file that the card means: ${wrong}`, {
    stage: 'fetch',
    where: card.path,
    fix: `remove or move ${path} and run the command again; if the file is meant to be another, correct the card`,
  })
}
