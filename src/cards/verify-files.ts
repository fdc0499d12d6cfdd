/** What is checked of a card's files before they are used. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { DataError } from '../errors.ts'
import { mismatch } from '../fetch/checksum.ts'
import type { FileToFetch } from '../fetch/file-to-fetch.ts'
import type { Reporter } from '../reporter.ts'
import type { Card, CardFile } from './card.ts'
import { filePlaces } from './resolve-model.ts'

/**
 * Check what an evaluation of `model` reads of a card: its extra files, and the model where it is the card's own. Files that are
 * not here are left to whoever needs them; what the card has no hash of is told. Throws DataError for a file that is not the one the
 * card means, naming both.
 */
export async function verifyCardFiles(card: Card, model: string, reporter: Reporter): Promise<void> {
  const isOwn = filePlaces(card, card.model).some((place) => resolve(place) === resolve(model))
  if (isOwn && existsSync(model)) await refuseOther(card, card.model, model)
  const extraFiles = Object.values(card.model.extraFiles)
  for (const file of extraFiles) await verifiedPlace(card, file)
  for (const file of [...(isOwn ? [card.model] : []), ...extraFiles]) {
    if (!hasHash(file)) reporter.info(`${file.file}: ${stateOf(file)}`)
  }
}

/** What is known of a file of a card that is here and was not refused, in words. */
export function stateOf(file: CardFile): string {
  return hasHash(file) ? 'verified' : 'taken as it is, the card has no md5 of it'
}

const hasHash = ({ md5, sha256 }: CardFile): boolean => md5 !== undefined || sha256 !== undefined

/** How `fetchFiles` knows a file of a card. */
export function toFetch(card: Card, { file, urls, md5, sha256, bytes, gzip }: CardFile): FileToFetch {
  const source = `${card.model.source} (licence: ${card.model.licence})`
  return { path: file, urls, md5, sha256, size: bytes, isGzipped: gzip, source }
}

/** Where the file lies; undefined where it does not. Throws DataError when the one that would be taken is another. */
export async function verifiedPlace(card: Card, file: CardFile): Promise<string | undefined> {
  const path = filePlaces(card, file).find((place) => existsSync(place))
  if (path !== undefined) await refuseOther(card, file, path)
  return path
}

async function refuseOther(card: Card, file: CardFile, path: string): Promise<void> {
  if (!hasHash(file)) return
  const wrong = await mismatch(path, toFetch(card, file))
  if (wrong === undefined) return
  throw new DataError('DATA_WRONG_HASH', `${path} is not the file that the card means: ${wrong}`, {
    stage: 'fetch',
    where: card.path,
    fix: `remove or move ${path} and run the command again; if the file is meant to be another, correct the card`,
  })
}
