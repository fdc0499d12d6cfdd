/** One annotation file of PASCAL VOC: the objects of a picture. */
import { SaxesParser } from 'saxes'
import type { Box, GroundTruth } from '../metrics/boxes.ts'
import { VOC_CLASSES } from './classes/voc.ts'
import { datasetError } from './dataset-error.ts'

const CLASS_OF = new Map(VOC_CLASSES.map(({ name }, classId) => [name, classId]))
const CORNERS = ['xmin', 'ymin', 'xmax', 'ymax'] as const
const FIX = 'take the file from the VOC archive again'

/** Text of the elements that matter, by their path below the object, and the line the object begins in. */
interface RawObject {
  line: number
  text: Map<string, string>
}

/**
 * Objects of the XML `text` of file `path`. The parts of a person (head, hands, feet) are no objects. Throws DataError with
 * file:line for XML that is cut short, an unknown class and a box that is none.
 */
export function parseVocAnnotation(text: string, path: string): GroundTruth[] {
  return rawObjects(text, path).map((object) => groundTruth(object, path))
}

function rawObjects(text: string, path: string): RawObject[] {
  const objects: RawObject[] = []
  const open: string[] = []
  const parser = new SaxesParser()
  parser.on('error', (cause) => {
    throw bad(
      `not valid XML: ${cause.message.replace(/^\d+:\d+: /, '')}`,
      `${path}:${parser.line}:${parser.column + 1}`,
    )
  })
  parser.on('opentag', ({ name }) => {
    open.push(name)
    if (open.join('/') === 'annotation/object') objects.push({ line: parser.line, text: new Map() })
  })
  parser.on('text', (piece) => {
    if (open[1] === 'object') objects.at(-1)!.text.set(open.slice(2).join('/'), piece.trim())
  })
  parser.on('closetag', () => void open.pop())
  parser.write(text).close()
  return objects
}

function groundTruth({ line, text }: RawObject, path: string): GroundTruth {
  const name = text.get('name') ?? ''
  const classId = CLASS_OF.get(name)
  if (classId === undefined) throw bad(`'${name}' is none of VOC's 20 classes`, `${path}:${line}`)
  const corners = CORNERS.map((corner) => Number.parseFloat(text.get(`bndbox/${corner}`) ?? ''))
  if (!corners.every(Number.isFinite)) throw bad(`the ${name} has no bndbox of four numbers`, `${path}:${line}`)
  return { box: vocBox(corners), classId, difficult: text.get('difficult') === '1' }
}

/** VOC counts pixels from 1 and names the last one: see {@link Box}. */
export function vocBox([xmin, ymin, xmax, ymax]: readonly number[]): Box {
  return [xmin - 1, ymin - 1, xmax, ymax]
}

function bad(message: string, where: string): Error {
  return datasetError('DATA_BAD_ANNOTATION', message, { where, fix: FIX })
}
