/**
 * Reading picture files as the three libraries of the samples read them.
 *
 * - `opencv`: BGR uint8, EXIF orientation applied (cv2.imread)
 * - `skimage`: RGB float32 0..1, orientation ignored
 * - `pil`: RGB uint8, orientation ignored
 *
 * All HWC with three channels: gray is replicated, alpha dropped, palettes expanded, 16 bits cut to 8.
 */
import sharp from 'sharp'
import { DataError } from '../errors.ts'
import { makeImage, type ImageTensor } from './image-tensor.ts'
import { fromRgb, type Reader } from './reader.ts'

/**
 * Decode a picture (path or file content).
 *
 * Embedded colour profiles are ignored, as all three libraries do; a truncated file is an error.
 */
export async function decodeImage(source: string | Uint8Array, reader: Reader): Promise<ImageTensor> {
  try {
    let pipeline = sharp(source, { ignoreIcc: true, failOn: 'truncated', limitInputPixels: false })
    if (reader === 'opencv') pipeline = pipeline.autoOrient()
    const { data, info } = await pipeline
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true })
    return fromRgb(makeImage(new Uint8Array(data), 'HWC', info), reader)
  } catch (cause) {
    const where = typeof source === 'string' ? source : 'picture in memory'
    throw new DataError('DATA_IMAGE_UNREADABLE', `cannot read the picture: ${reason(cause)}`, {
      stage: 'dataset',
      where,
      fix: 'check that the file exists and is a complete JPEG, PNG, BMP, WebP or TIFF picture',
      cause,
    })
  }
}

function reason(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause)
  return text.trim().split('\n')[0]!
}
