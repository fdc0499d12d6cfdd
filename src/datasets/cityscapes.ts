/**
 * Cityscapes in its own layout: `leftImg8bit/val/<city>/<frame>_leftImg8bit.png` and
 * `gtFine/val/<city>/<frame>_gtFine_labelIds.png`. Of its 34 label ids 19 classes are scored; the others become 255.
 */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { decodeImage } from '../image/decode.ts'
import { decodeLabels, pictureSize } from '../image/decode-labels.ts'
import type { Reader } from '../image/reader.ts'
import type { LabelMap } from '../tasks/truth.ts'
import { CLASS_OF_LABEL_ID, MAX_LABEL_ID } from './classes/cityscapes.ts'
import type { Dataset } from './dataset.ts'
import { datasetError, incomplete } from './dataset-error.ts'

const PICTURE = '_leftImg8bit.png'
const LABELS = '_gtFine_labelIds.png'

const LAYOUT =
  `a Cityscapes folder holds leftImg8bit/val/<city>/*${PICTURE} (leftImg8bit_trainvaltest.zip) and ` +
  `gtFine/val/<city>/*${LABELS} (gtFine_trainvaltest.zip), both from cityscapes-dataset.com`

/** Open the validation pictures of `folder`. A frame with a picture or labels alone is a sample whose other half is missing. */
export function openCityscapes(folder: string, reader: Reader): Dataset {
  const pictures = join(folder, 'leftImg8bit/val')
  const labels = join(folder, 'gtFine/val')
  for (const part of [pictures, labels]) if (!existsSync(part)) throw incomplete(`there is no ${part}`, folder, LAYOUT)
  const frames = [...new Set([...framesIn(pictures, PICTURE), ...framesIn(labels, LABELS)])].sort()
  if (frames.length === 0) throw incomplete(`there are no pictures in ${pictures}`, folder, LAYOUT)
  return {
    name: 'cityscapes',
    count: frames.length,
    sample(index) {
      const picture = join(pictures, frames[index] + PICTURE)
      return {
        id: frames[index] + PICTURE,
        truth: async () => ({ kind: 'mask', mask: await readMask(join(labels, frames[index] + LABELS), picture) }),
        image: () => decodeImage(picture, reader),
      }
    },
  }
}

/** `<city>/<frame>` of the files that end in `ending`. */
function framesIn(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length).replaceAll('\\', '/'))
}

async function readMask(path: string, picture: string): Promise<LabelMap> {
  if (!existsSync(path)) throw incomplete('there is no label map', path, LAYOUT)
  const { width, height, values } = await decodeLabels(path)
  const size = await pictureSize(picture)
  if (width !== size.width || height !== size.height) {
    const message = `the label map is ${width} x ${height}, its picture ${size.width} x ${size.height}`
    throw datasetError('DATA_MASK', message, { where: path, fix: 'a label map has one pixel for each of its picture' })
  }
  const wrong = values.find((value) => value > MAX_LABEL_ID && value !== 255)
  if (wrong !== undefined) {
    const message = `label id ${wrong} is not in 0..${MAX_LABEL_ID}`
    throw datasetError('DATA_MASK', message, { where: path, fix: `take the *${LABELS} file, not a map of instances` })
  }
  return { width, height, labels: values.map((value) => CLASS_OF_LABEL_ID[value]) }
}
