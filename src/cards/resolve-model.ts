/** Where a card's files lie on this machine. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ModelFiles } from '../config/types.ts'
import { ReadError } from '../errors.ts'
import type { Card, CardFile } from './card.ts'
import { dataFolder, projectFolder } from './places.ts'

/** Path of the float model. Throws ReadError with the places where it was looked for. */
export function resolveModel(card: Card): string {
  return resolveFile(card, card.model, 'the model')
}

/** The files of the float model; a Caffe card has its prototxt among its extra files. Throws ReadError. */
export function resolveModelFiles(card: Card): ModelFiles {
  const { prototxt } = card.model.extraFiles
  const path = resolveModel(card)
  return prototxt === undefined
    ? { onnx: path }
    : { prototxt: resolveFile(card, prototxt, 'the prototxt'), caffemodel: path }
}

/**
 * Path of one of a card's files: beside the card, in `model_zoo/mapper/` next to the card's zoo, or in `models/` of the folder
 * that `OPENMAPPER_DATA` names (default `../shared/data` seen from the clone). Throws ReadError with the places.
 */
export function resolveFile(card: Card, wanted: CardFile, what: string): string {
  const { file, md5 } = wanted
  const known = md5 === undefined ? '' : ` (md5 ${md5})`
  const places = filePlaces(card, wanted)
  const found = places.find((path) => existsSync(path))
  if (found) return found
  throw new ReadError('READ_NO_FILE', `cannot find ${what} of ${card.name}: ${file}`, {
    where: card.path,
    detail: places.map((path) => `looked for ${path}`).join('\n'),
    fix: `openmapper fetch ${card.path}, or put the file${known} there; it comes from ${card.model.source}`,
  })
}

/** Where a file of a card may lie, in the order in which it is looked for. */
export function filePlaces(card: Card, { file }: CardFile): string[] {
  const project = projectFolder(card.path)
  const data = dataFolder(project)
  return [
    resolve(dirname(card.path), file),
    ...(project === undefined ? [] : [join(project, 'model_zoo/mapper', file)]),
    ...(data === undefined ? [] : [join(data, 'models', file)]),
  ]
}

/** The folder below which files of a card are put when they are fetched: `model_zoo/mapper`, or the card's own outside a clone. */
export function fetchFolder(card: Card): string {
  const project = projectFolder(card.path)
  return project === undefined ? dirname(card.path) : join(project, 'model_zoo/mapper')
}
