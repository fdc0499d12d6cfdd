/** Label maps: pictures whose pixel values are class numbers, not colours. */
import sharp, { type OutputInfo } from 'sharp'
import { DataError } from '../errors.ts'
import { unreadableReason } from './decode.ts'

export interface LabelPicture {
  width: number
  height: number
  /** Values as they stand in the file, row by row. */
  values: Uint8Array
}

/** Width and height of a picture file, from its header alone. Throws DataError for a file that is none. */
export async function pictureSize(path: string): Promise<{ width: number; height: number }> {
  const { width, height } = await sharp(path)
    .metadata()
    .catch((cause: unknown) => {
      throw unreadable(path, cause)
    })
  return { width, height }
}

/** Read an 8-bit picture of one channel. Throws DataError for every other kind: its values are no class numbers. */
export async function decodeLabels(path: string): Promise<LabelPicture> {
  const picture = sharp(path, { failOn: 'truncated', limitInputPixels: false })
  const read = async (): Promise<{ data: Buffer; info: OutputInfo }> => {
    const { channels, depth } = await picture.metadata()
    if (channels !== 1 || depth !== 'uchar') throw new Error(`${channels} channels of ${depth}, not one of 8 bits`)
    return picture.toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  }
  const { data, info } = await read().catch((cause: unknown) => {
    throw unreadable(path, cause)
  })
  return { width: info.width, height: info.height, values: new Uint8Array(data.buffer, data.byteOffset, data.length) }
}

function unreadable(where: string, cause: unknown): DataError {
  return new DataError('DATA_LABELS_UNREADABLE', `cannot read the label map: ${unreadableReason(cause, where)}`, {
    stage: 'dataset',
    where,
    fix: 'check that the file exists and is a complete 8-bit gray PNG',
    cause,
  })
}
