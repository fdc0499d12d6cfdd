/**
 * COCO 2017 in its own layout: `annotations/instances_val2017.json` and the pictures in `images/` (or `val2017/`).
 *
 * Boxes are `[x, y, width, height]` in pixels from the corner; categories are numbered with gaps, classes without.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { decodeImage } from '../image/decode.ts'
import type { Reader } from '../image/reader.ts'
import type { GroundTruth } from '../metrics/boxes.ts'
import type { ClassName } from '../tasks/class-name.ts'
import { COCO_CATEGORY_IDS, COCO_CLASSES } from './classes/coco.ts'
import type { Dataset } from './dataset.ts'
import { datasetError, incomplete } from './dataset-error.ts'
import { isRecord, type Items, listOf, readJson } from './read-json.ts'

const ANNOTATIONS = 'annotations/instances_val2017.json'
const PICTURES = ['images/val2017', 'images', 'val2017']

const LAYOUT = `a COCO folder holds ${ANNOTATIONS} (annotations_trainval2017.zip) and images/*.jpg (val2017.zip), both from cocodataset.org`

/** What a file says of its classes: the class of each category id, and the names by class. */
interface Categories {
  classOf: ReadonlyMap<number, number>
  names: readonly ClassName[]
}

/** Open the val2017 pictures of `folder`. Throws DataError for missing files and a file that is not COCO's. */
export function openCoco(folder: string, reader: Reader): Dataset {
  const file = annotationFile(folder)
  const pictures = PICTURES.map((name) => join(folder, name)).find((path) => existsSync(path))
  if (pictures === undefined) throw incomplete(`there are no pictures in ${join(folder, 'images')}`, folder, LAYOUT)
  const content = readJson(file, LAYOUT)
  const { classOf } = categories(content, file)
  const images = listOf(content, 'images', file, LAYOUT).map((image, index) => imageRecord(image, index, file))
  const labels = groundTruth(listOf(content, 'annotations', file, LAYOUT), classOf, file)
  return {
    name: 'coco',
    count: images.length,
    sample(index) {
      const { id, name } = images[index]
      return {
        id: name,
        async truth() {
          const boxes = labels.get(id) ?? []
          if (boxes instanceof Error) throw boxes
          return { kind: 'boxes', boxes }
        },
        image: () => decodeImage(join(pictures, name), reader),
      }
    },
  }
}

/** Names of the file's own categories; of COCO's 80 where they are those. */
export function cocoClassNames(folder: string): readonly ClassName[] {
  const file = annotationFile(folder)
  return categories(readJson(file, LAYOUT), file).names
}

function annotationFile(folder: string): string {
  const file = join(folder, ANNOTATIONS)
  if (existsSync(file)) return file
  throw incomplete(`there is no ${file}`, folder, LAYOUT)
}

/** COCO's own classes keep their numbers in a file that lists some of them; other files are numbered in order of their ids. */
function categories(content: unknown, file: string): Categories {
  const found = listOf(content, 'categories', file, LAYOUT).map((item, index) => {
    if (isRecord(item) && Number.isInteger(item['id']) && typeof item['name'] === 'string') {
      return { id: Number(item['id']), name: item['name'] }
    }
    throw badRecord(`categories[${index}]`, 'a category has an id and a name', file)
  })
  const official = new Map(COCO_CATEGORY_IDS.map((id, classId) => [id, classId]))
  const isOfficial = found.every(({ id, name }) => COCO_CLASSES[official.get(id) ?? -1]?.name === name)
  if (isOfficial) return { classOf: official, names: COCO_CLASSES }
  const sorted = found.toSorted((a, b) => a.id - b.id)
  return {
    classOf: new Map(sorted.map(({ id }, classId) => [id, classId])),
    names: sorted.map(({ name }) => ({ name })),
  }
}

function imageRecord(item: unknown, index: number, file: string): { id: number; name: string } {
  if (isRecord(item) && Number.isInteger(item['id']) && typeof item['file_name'] === 'string') {
    return { id: Number(item['id']), name: item['file_name'] }
  }
  throw badRecord(`images[${index}]`, 'a picture has an id and a file_name', file)
}

/** Objects by picture id; an error in their place where one of them is wrong: it costs that picture. */
function groundTruth(
  annotations: Items,
  classOf: ReadonlyMap<number, number>,
  file: string,
): Map<number, GroundTruth[] | Error> {
  const byPicture = new Map<number, GroundTruth[] | Error>()
  for (const [index, item] of annotations.entries()) {
    const place = `annotations[${index}]`
    if (!isRecord(item) || !Number.isInteger(item['image_id']))
      throw badRecord(place, 'an object has an image_id', file)
    const picture = Number(item['image_id'])
    const boxes = byPicture.get(picture)
    if (boxes instanceof Error) continue
    const box = objectOf(item, classOf)
    if (typeof box === 'string') byPicture.set(picture, badRecord(place, box, file))
    else if (boxes) boxes.push(box)
    else byPicture.set(picture, [box])
  }
  return byPicture
}

/** One labelled object, or what is wrong with it. */
function objectOf(item: Readonly<Record<string, unknown>>, classOf: ReadonlyMap<number, number>): GroundTruth | string {
  const { bbox, area } = item
  const classId = classOf.get(Number(item['category_id']))
  if (classId === undefined) return `category ${String(item['category_id'])} is none of the file's categories`
  if (!Array.isArray(bbox) || bbox.length !== 4 || !bbox.every(Number.isFinite)) return 'bbox is not four numbers'
  const [x, y, width, height] = bbox as number[]
  if (width < 0 || height < 0) return `bbox is ${width} x ${height} pixels`
  return {
    box: [x, y, x + width, y + height],
    classId,
    crowd: item['iscrowd'] === 1,
    ...(typeof area === 'number' && { area }),
  }
}

function badRecord(place: string, message: string, file: string): Error {
  return datasetError('DATA_BAD_ANNOTATION', `${place}: ${message}`, { where: file, fix: LAYOUT })
}
