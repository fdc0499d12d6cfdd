/** The folders around a card: the clone (or package) it belongs to, and the data folder of the machine. */
import { dirname, resolve } from 'node:path'

/** The folder that holds `zoo/`, seen from a card in it; undefined for a card elsewhere. */
export function projectFolder(card: string): string | undefined {
  const parts = dirname(card).split(/[\\/]/)
  const zoo = parts.lastIndexOf('zoo')
  return zoo > 0 ? parts.slice(0, zoo).join('/') : undefined
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
