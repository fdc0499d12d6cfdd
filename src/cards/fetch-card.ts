/** The files of a card on this machine: found and verified, or fetched. */
import { fetchFiles, type FetchOptions } from '../fetch/fetch-files.ts'
import { type Card, filesOf } from './card.ts'
import { fetchFolder } from './resolve-model.ts'
import { toFetch, verifiedPlace } from './verify-files.ts'

/**
 * Make sure that the model of a card and its extra files are on this machine, verified, and return their paths, the model's first.
 *
 * A file counts where `resolveFile` would take it; the others are fetched to `model_zoo/mapper`. Throws DataError like `fetchFiles`.
 */
export async function fetchCard(card: Card, options: Omit<FetchOptions, 'folder'>): Promise<string[]> {
  const files = filesOf(card)
  const here = await Promise.all(files.map((file) => verifiedPlace(card, file)))
  const missing = files.filter((_, index) => here[index] === undefined)
  const wanted = missing.map((file) => toFetch(card, file))
  const fetched = await fetchFiles(wanted, { ...options, folder: fetchFolder(card) })
  return files.map((file, index) => here[index] ?? fetched[missing.indexOf(file)].path)
}
