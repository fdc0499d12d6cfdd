/** The folders around a card: the clone (or package) it belongs to, and the data folder of the machine. */
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** File name of a model's card. */
export const CARD = 'model.yaml'

/** The clone or package that this code belongs to. */
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))

/** The folder that holds `zoo/`, seen from a card in it; undefined for a card elsewhere. */
export function projectFolder(card: string): string | undefined {
  const parts = dirname(card).split(/[\\/]/)
  const zoo = parts.lastIndexOf('zoo')
  return zoo > 0 ? parts.slice(0, zoo).join('/') : undefined
}

/** The folder whose `zoo/01_common` holds the data sets of a card: its own clone, or the one that runs for a card elsewhere. */
export function homeFolder(card: string): string {
  return projectFolder(card) ?? resolve(PACKAGE)
}

/**
 * The folder with `models/` and `datasets/` that `OPENMAPPER_DATA` names; `../shared/data` beside the clone where it names none,
 * undefined for a card elsewhere.
 */
export function dataFolder(project: string | undefined): string | undefined {
  const named = process.env['OPENMAPPER_DATA']
  if (named) return resolve(named)
  return project === undefined ? undefined : resolve(project, '../shared/data')
}
