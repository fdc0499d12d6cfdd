/**
 * ImageNet in the manual's layout: a list of `<file name> <class 0..999>` lines (val.txt) and a folder of pictures (val/).
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DataError } from '../errors.ts'
import { decodeImage } from '../image/decode.ts'
import type { Reader } from '../image/reader.ts'
import type { Dataset } from './dataset.ts'
import { datasetError } from './dataset-error.ts'

export interface ImageNetPaths {
  /** Folder of pictures. */
  images: string
  /** The list of names and classes; pictures that are not in it are not read. */
  list: string
}

const LAYOUT = 'expected: val.txt with one "<file name> <class 0..999>" per line, and val/ with those pictures'

const LAST_CLASS = 999

/** Where list and pictures lie in a dataset folder. Throws DataError when either is missing. */
export function locateImageNet(folder: string): ImageNetPaths {
  const paths = { images: join(folder, 'val'), list: join(folder, 'val.txt') }
  for (const path of [paths.list, paths.images]) {
    if (!existsSync(path)) {
      throw new DataError('DATA_DATASET_INCOMPLETE', `the ImageNet folder lacks ${path}`, {
        stage: 'dataset',
        where: folder,
        fix: `put the ILSVRC2012 validation pictures and their list there, or name both with options; ${LAYOUT}`,
      })
    }
  }
  return paths
}

/** Read the list; pictures are decoded one by one when asked for. Throws DataError for missing files and wrong lines. */
export function openImageNet(paths: ImageNetPaths, reader: Reader): Dataset {
  const entries = readList(paths.list)
  if (!statSync(paths.images, { throwIfNoEntry: false })?.isDirectory()) {
    throw new DataError('DATA_DATASET_INCOMPLETE', `there is no picture folder ${paths.images}`, {
      stage: 'dataset',
      where: paths.images,
      fix: `put the pictures named in ${paths.list} there; ${LAYOUT}`,
    })
  }
  return {
    name: 'imagenet',
    count: entries.length,
    sample(index) {
      const { id, label, line } = entries[index]
      return {
        id,
        async truth() {
          if (label >= 0 && label <= LAST_CLASS) return { kind: 'class', classId: label }
          const message = `class ${label} is not in 0..${LAST_CLASS}`
          throw datasetError('DATA_BAD_LABEL', message, { where: `${paths.list}:${line}`, fix: LAYOUT })
        },
        image: () => decodeImage(join(paths.images, id), reader),
      }
    },
  }
}

interface Entry {
  id: string
  label: number
  /** Counted from 1. */
  line: number
}

/** A class that does not exist costs its picture alone; a list that is written otherwise is refused. */
function readList(path: string): Entry[] {
  if (!existsSync(path)) {
    throw new DataError('DATA_DATASET_INCOMPLETE', `there is no list of labels ${path}`, {
      stage: 'dataset',
      where: path,
      fix: LAYOUT,
    })
  }
  const entries: Entry[] = []
  for (const [number, line] of readFileSync(path, 'utf8').split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const match = /^(\S.*?)\s+(-?\d+)\s*$/.exec(line)
    if (!match) {
      const message = `not a file name and a class 0..999: "${line.trim().slice(0, 60)}"`
      throw datasetError('DATA_BAD_LABEL_LINE', message, { where: `${path}:${number + 1}`, fix: LAYOUT })
    }
    entries.push({ id: match[1], label: Number(match[2]), line: number + 1 })
  }
  if (entries.length > 0) return entries
  throw new DataError('DATA_EMPTY_LIST', 'the list of labels is empty', { stage: 'dataset', where: path, fix: LAYOUT })
}
