/** Where a card's float model lies on this machine. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ReadError } from '../errors.ts'
import type { Card } from './card.ts'

/**
 * Path of the model file: beside the card, in `model_zoo/mapper/` next to the card's zoo, or in `models/` of the folder
 * that `OPENMAPPER_DATA` names (default `../shared/data` seen from the clone). Throws ReadError with the places.
 */
export function resolveModel(card: Card): string {
  const places = modelPlaces(card)
  const found = places.find((path) => existsSync(path))
  if (found) return found
  throw new ReadError('READ_NO_FILE', `the model of ${card.name} is not here: ${card.model.file}`, {
    where: card.path,
    detail: places.map((path) => `looked for ${path}`).join('\n'),
    fix: `put the file (md5 ${card.model.md5}) there; it comes from ${card.model.source}`,
  })
}

function modelPlaces(card: Card): string[] {
  const beside = join(dirname(card.path), card.model.file)
  const root = cloneRoot(card.path)
  if (root === undefined) return [beside]
  const data = resolve(process.env['OPENMAPPER_DATA'] ?? join(root, '../shared/data'))
  return [beside, join(root, 'model_zoo/mapper', card.model.file), join(data, 'models', card.model.file)]
}

/** The folder that holds `zoo/`, seen from a card in it. */
function cloneRoot(path: string): string | undefined {
  const parts = path.split(/[\\/]/)
  const zoo = parts.lastIndexOf('zoo')
  return zoo > 0 ? parts.slice(0, zoo).join('/') : undefined
}
