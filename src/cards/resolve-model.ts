/** Where a card's files lie on this machine. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ReadError } from '../errors.ts'
import type { Card, CardFile } from './card.ts'

/** Path of the float model. Throws ReadError with the places where it was looked for. */
export function resolveModel(card: Card): string {
  return resolveFile(card, card.model, 'the model')
}

/**
 * Path of one of a card's files: beside the card, in `model_zoo/mapper/` next to the card's zoo, or in `models/` of the folder
 * that `OPENMAPPER_DATA` names (default `../shared/data` seen from the clone). Throws ReadError with the places.
 */
export function resolveFile(card: Card, { file, md5 }: CardFile, what: string): string {
  const places = placesOf(card, file)
  const found = places.find((path) => existsSync(path))
  if (found) return found
  throw new ReadError('READ_NO_FILE', `cannot find ${what} of ${card.name}: ${file}`, {
    where: card.path,
    detail: places.map((path) => `looked for ${path}`).join('\n'),
    fix: `put the file (md5 ${md5}) there; it comes from ${card.model.source}`,
  })
}

function placesOf(card: Card, file: string): string[] {
  const beside = join(dirname(card.path), file)
  const root = cloneRoot(card.path)
  if (root === undefined) return [beside]
  const data = resolve(process.env['OPENMAPPER_DATA'] ?? join(root, '../shared/data'))
  return [beside, join(root, 'model_zoo/mapper', file), join(data, 'models', file)]
}

/** The folder that holds `zoo/`, seen from a card in it. */
function cloneRoot(path: string): string | undefined {
  const parts = path.split(/[\\/]/)
  const zoo = parts.lastIndexOf('zoo')
  return zoo > 0 ? parts.slice(0, zoo).join('/') : undefined
}
