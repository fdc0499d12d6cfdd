/**
 * VOC2007's test pictures by a list of boxes: `voc07_test.txt` with lines `<file> (<xmin> <ymin> <xmax> <ymax> <class 0..19>)...`,
 * `voc07_test_difficult.txt` with one 0 or 1 per box, and `JPEGImages/`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeImage } from '../image/decode.ts'
import type { Reader } from '../image/reader.ts'
import type { GroundTruth } from '../metrics/boxes.ts'
import { VOC_CLASSES } from './classes/voc.ts'
import type { Dataset } from './dataset.ts'
import { datasetError, incomplete } from './dataset-error.ts'
import { vocBox } from './voc-annotation.ts'

export const BOX_LIST = 'voc07_test.txt'
const DIFFICULT_LIST = 'voc07_test_difficult.txt'
const PICTURES = 'JPEGImages'

const LAYOUT = `a VOC2007 box list is ${BOX_LIST}, ${DIFFICULT_LIST} and ${PICTURES}/*.jpg`

/** Open the listed pictures that are there: the list names the whole test set. Throws DataError for a line that is wrong. */
export function openVocBoxList(folder: string, reader: Reader): Dataset {
  for (const name of [DIFFICULT_LIST, PICTURES]) {
    if (!existsSync(join(folder, name))) throw incomplete(`there is no ${join(folder, name)}`, folder, LAYOUT)
  }
  const boxes = readLines(folder, BOX_LIST)
  const flags = new Map(readLines(folder, DIFFICULT_LIST).map(({ id, numbers }) => [id, numbers]))
  const entries = boxes.filter(({ id }) => existsSync(join(folder, PICTURES, id)))
  if (entries.length === 0)
    throw incomplete(`none of the listed pictures is in ${join(folder, PICTURES)}`, folder, LAYOUT)
  return {
    name: 'voc',
    count: entries.length,
    ...(entries.length < boxes.length && {
      note: `${entries.length} of the ${boxes.length} pictures of ${BOX_LIST} are there`,
    }),
    sample(index) {
      const { id, line, numbers } = entries[index]
      return {
        id,
        truth: async () => ({
          kind: 'boxes',
          boxes: groundTruth(numbers, flags.get(id) ?? [], `${join(folder, BOX_LIST)}:${line}`),
        }),
        image: () => decodeImage(join(folder, PICTURES, id), reader),
      }
    },
  }
}

interface Line {
  id: string
  /** Counted from 1. */
  line: number
  numbers: number[]
}

function readLines(folder: string, name: string): Line[] {
  return readFileSync(join(folder, name), 'utf8')
    .split(/\r?\n/)
    .map((text, index) => {
      const [id, ...numbers] = text.trim().split(/\s+/)
      return { id, line: index + 1, numbers: numbers.map(Number) }
    })
    .filter(({ id }) => id !== '')
}

function groundTruth(numbers: readonly number[], flags: readonly number[], where: string): GroundTruth[] {
  const count = numbers.length / 5
  const isWhole = Number.isInteger(count) && numbers.every(Number.isInteger) && flags.length === count
  if (!isWhole) {
    const message = `five whole numbers per box, and a 0 or 1 for each in ${DIFFICULT_LIST}, are expected`
    throw datasetError('DATA_BAD_ANNOTATION', message, { where, fix: LAYOUT })
  }
  return flags.map((flag, index) => {
    const [xmin, ymin, xmax, ymax, classId] = numbers.slice(5 * index, 5 * index + 5)
    if (VOC_CLASSES[classId] === undefined) {
      throw datasetError('DATA_BAD_ANNOTATION', `class ${classId} is not in 0..19`, { where, fix: LAYOUT })
    }
    return { box: vocBox([xmin, ymin, xmax, ymax]), classId, difficult: flag === 1 }
  })
}
