/**
 * PASCAL VOC in its own layout: `VOCdevkit/VOC2012/` with `Annotations/*.xml`, `ImageSets/Main/val.txt`, `JPEGImages/*.jpg`.
 *
 * The download of VOC2012 unpacks beside VOC2007 where both were fetched; scored is VOC2012, unless the folder named is that of
 * VOC2007 itself (whose labelled pictures are those of `test.txt`).
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeImage } from '../image/decode.ts'
import type { Reader } from '../image/reader.ts'
import type { Dataset } from './dataset.ts'
import { incomplete } from './dataset-error.ts'
import { parseVocAnnotation } from './voc-annotation.ts'
import { BOX_LIST, openVocBoxList } from './voc-box-list.ts'

const LAYOUT =
  'a VOC folder holds VOC2012/ with Annotations/*.xml, ImageSets/Main/val.txt and JPEGImages/*.jpg ' +
  '(VOCtrainval_11-May-2012.tar from host.robots.ox.ac.uk/pascal/VOC)'

/** The lists of pictures that are scored, the first that is there. */
const LISTS = ['ImageSets/Main/val.txt', 'ImageSets/Main/test.txt']

/** Open the validation pictures of a VOCdevkit, of one of its years, or the pictures of a box list. Throws DataError. */
export function openVoc(folder: string, reader: Reader): Dataset {
  if (existsSync(join(folder, BOX_LIST))) return openVocBoxList(folder, reader)
  const year = yearFolder(folder)
  const list = LISTS.map((name) => join(year, name)).find((path) => existsSync(path))
  if (list === undefined) throw incomplete(`there is no ${join(year, LISTS[0])}`, folder, LAYOUT)
  for (const part of ['Annotations', 'JPEGImages']) {
    if (!existsSync(join(year, part))) throw incomplete(`there is no ${join(year, part)}`, folder, LAYOUT)
  }
  const ids = readNames(list)
  if (ids.length === 0) throw incomplete(`${list} is empty`, list, LAYOUT)
  return {
    name: 'voc',
    count: ids.length,
    sample(index) {
      const id = ids[index]
      const annotation = join(year, 'Annotations', `${id}.xml`)
      return {
        id: `${id}.jpg`,
        async truth() {
          if (!existsSync(annotation)) throw incomplete(`there is no ${annotation}`, annotation, LAYOUT)
          return { kind: 'boxes', boxes: parseVocAnnotation(readFileSync(annotation, 'utf8'), annotation) }
        },
        image: () => decodeImage(join(year, 'JPEGImages', `${id}.jpg`), reader),
      }
    },
  }
}

/** The folder of one year: the one named, else VOC2012 below it. */
function yearFolder(folder: string): string {
  const places = [folder, join(folder, 'VOC2012'), join(folder, 'VOCdevkit/VOC2012')]
  const found = places.find((place) => existsSync(join(place, 'ImageSets')))
  if (found !== undefined) return found
  const other = [join(folder, 'VOC2007'), join(folder, 'VOCdevkit/VOC2007')].find((place) => existsSync(place))
  if (other !== undefined) {
    const fix = `the archive of VOC2012 belongs beside it; to score VOC2007, name ${other} itself. ${LAYOUT}`
    throw incomplete(`only VOC2007 is in ${folder}, not VOC2012`, folder, fix)
  }
  throw incomplete(`there is no ${join(folder, 'VOC2012')}`, folder, LAYOUT)
}

/** Picture names of a list: the first word of each line (lists per class have a second). */
function readNames(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .flatMap((line) => line.trim().split(/\s+/).slice(0, 1))
    .filter((name) => name !== '')
}
