/** Names of ImageNet's classes, from the list that lies beside the pictures, as Caffe and ILSVRC give it out. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DataError } from '../../errors.ts'
import type { ClassName } from '../../tasks/class-name.ts'

const LISTS = ['synset_words.txt', 'synset.txt']
const CLASSES = 1000

/**
 * The classes in order, from `synset_words.txt` or `synset.txt` beside val.txt; undefined where there is neither.
 *
 * One line per class: `n01440764 tench, Tinca tinca`, in quotes or not. Throws DataError for a list of another length.
 */
export function imagenetClassNames(folder: string): readonly ClassName[] | undefined {
  const path = LISTS.map((name) => join(folder, name)).find((place) => existsSync(place))
  if (path === undefined) return undefined
  const lines = readFileSync(path, 'utf8').trim().split(/\r?\n/)
  if (lines.length !== CLASSES) {
    throw new DataError('DATA_BAD_CLASS_NAMES', `the list of class names has ${lines.length} lines, not ${CLASSES}`, {
      stage: 'dataset',
      where: path,
      fix: 'give one line per class: "n01440764 tench, Tinca tinca"; or remove the file, names are not needed',
    })
  }
  return lines.map((line) => ({ name: line.replace(/^['"]?(n\d{8}\s+)?|['"]\s*$/g, '') }))
}
