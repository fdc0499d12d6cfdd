/** Some pictures of a data set: a quick look instead of the whole evaluation. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import type { Dataset } from '../datasets/dataset.ts'
import { datasetError } from '../datasets/dataset-error.ts'

/** The first pictures, those of the manual's short list, or any by their index (ascending). */
export type EvaluationPart = { first: number } | { indices: readonly number[] } | 'short'

/** In the folder of the data set: one picture a line, its name first; the extension may be left out. */
export const SHORT_LIST = 'val_piece.txt'
/** Where there is no such list. */
const SHORT_COUNT = 100

/** Indices of the pictures to score, ascending. Throws DataError where the short list names a picture that the data set lacks. */
export function choosePictures(dataset: Dataset, folder: string, part: EvaluationPart | undefined): number[] {
  if (typeof part === 'object' && 'indices' in part) return [...part.indices]
  const first = part === undefined ? Infinity : part === 'short' ? SHORT_COUNT : part.first
  const path = join(folder, SHORT_LIST)
  if (part === 'short' && existsSync(path)) return listed(dataset, path)
  return Array.from({ length: Math.min(dataset.count, first) }, (_, index) => index)
}

/** In words, like `the first 20 of 1000 pictures`; undefined where the part is the whole. */
export function partText(part: EvaluationPart | undefined, chosen: number, count: number): string | undefined {
  if (part === undefined || chosen >= count) return undefined
  if (part === 'short') return `the short list (${chosen} of ${count} pictures)`
  return 'first' in part ? `the first ${chosen} of ${count} pictures` : `${chosen} of ${count} pictures`
}

function listed(dataset: Dataset, path: string): number[] {
  const indices = new Map<string, number>()
  for (let index = 0; index < dataset.count; index++) indices.set(stem(dataset.sample(index).id), index)
  const chosen = new Set<number>()
  for (const [number, line] of readFileSync(path, 'utf8').split(/\r?\n/).entries()) {
    const [name] = line.trim().split(/\s+/)
    if (name === '') continue
    const index = indices.get(stem(name))
    if (index === undefined) {
      throw datasetError('DATA_BAD_LABEL_LINE', `the data set has no picture '${name}'`, {
        where: `${path}:${number + 1}`,
        fix: 'name pictures of the validation set, one a line',
      })
    }
    chosen.add(index)
  }
  if (chosen.size > 0) return [...chosen].sort((a, b) => a - b)
  throw datasetError('DATA_EMPTY_LIST', 'the short list is empty', { where: path, fix: 'name one picture a line' })
}

function stem(name: string): string {
  return basename(name, extname(name))
}
