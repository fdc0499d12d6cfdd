/** The cards of the zoo that comes with this package. */
import { readdirSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ArgumentError } from '../errors.ts'
import { nearestNames } from '../text/nearest-name.ts'
import type { Card } from './card.ts'
import { loadCard } from './load.ts'
import { CARD } from './places.ts'

/** The zoo beside the code. */
export const ZOO = fileURLToPath(new URL('../../zoo', import.meta.url))

/** Paths of all cards, by folder. */
export function cardPaths(zoo = ZOO): string[] {
  return readdirSync(zoo, { withFileTypes: true })
    .filter((group) => group.isDirectory())
    .flatMap((group) => {
      const folder = join(zoo, group.name)
      return readdirSync(folder).map((name) => join(folder, name, CARD))
    })
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .sort()
}

/** Folder of a card below the zoo, e.g. `08_more/yolox_nano`. */
export function zooName(card: Card): string {
  return relative(ZOO, dirname(card.path))
}

/** Path of the card called `name`; a path of a card or of its folder will do too. Throws ArgumentError with the nearest name. */
export function findCard(name: string, zoo = ZOO): string {
  for (const path of [name, join(name, CARD)]) {
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path
  }
  const cards = cardPaths(zoo).map((path) => loadCard(path))
  const card = cards.find((candidate) => candidate.name === name || zooName(candidate) === name)
  if (card) return card.path
  throw new ArgumentError('ARGUMENT_UNKNOWN_CARD', `there is no model '${name}' in the zoo`, {
    where: 'NAME',
    fix: `the nearest are ${nearestNames(
      name,
      cards.map((candidate) => candidate.name),
    ).join(', ')}; openmapper zoo list shows all`,
  })
}
