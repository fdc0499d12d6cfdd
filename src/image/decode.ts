/**
 * Reading picture files as the three libraries of the samples read them.
 *
 * - `opencv`: BGR uint8, EXIF orientation applied (cv2.imread)
 * - `skimage`: RGB float32 0..1, EXIF orientation applied to JPEG alone (imageio)
 * - `pil`: RGB uint8, orientation ignored (Image.open, convert('RGB'))
 *
 * All HWC with three channels: gray is replicated, alpha dropped, palettes expanded, 16 bits cut to the upper 8 (but gray
 * 16-bit PNGs in `pil`, whose values are clipped at 255), CMYK mixed by each library's own formula.
 */
import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import sharp, { type Metadata, type Sharp } from 'sharp'
import { DataError } from '../errors.ts'
import { decodeBmp } from './bmp.ts'
import { cmykToRgb } from './cmyk.ts'
import { makeImage, type ImageTensor } from './image-tensor.ts'
import { HEAD_LENGTH, kindOfPicture, type PictureKind } from './picture-head.ts'
import { fromRgb, type Reader } from './reader.ts'

// Evaluation decodes in several processes at once, each picture once: threads and a cache inside would only cost memory.
sharp.concurrency(1)
sharp.cache(false)

const OPTIONS = { ignoreIcc: true, limitInputPixels: false } as const

/**
 * Decode a picture (path or file content).
 *
 * Embedded colour profiles are ignored, as all three libraries do; a truncated file is an error. A JPEG with damaged data in the
 * middle is read, as all three do, and says so (`damage`). Throws DataError.
 */
export async function decodeImage(source: string | Uint8Array, reader: Reader): Promise<ImageTensor> {
  try {
    const kind = kindOfPicture(typeof source === 'string' ? readHead(source) : source)
    if (kind === 'bmp') return fromRgb(decodeBmp(typeof source === 'string' ? await readFile(source) : source), reader)
    const picture = sharp(source, { ...OPTIONS, failOn: 'truncated' })
    const { image, isSuspected } = await watched(picture, () => decodeWith(picture, kind, reader))
    const damage = isSuspected && kind !== 'png' ? await damageOf(source) : undefined
    if (damage === undefined) return image
    return { ...image, damage: typeof source === 'string' ? `${damage} (${source})` : damage }
  } catch (cause) {
    const where = typeof source === 'string' ? source : 'picture in memory'
    throw new DataError('DATA_IMAGE_UNREADABLE', `cannot read the picture: ${unreadableReason(cause, source)}`, {
      stage: 'dataset',
      where,
      fix: 'check that the file exists and is a complete JPEG, PNG, BMP, WebP, TIFF or GIF picture',
      cause,
    })
  }
}

async function decodeWith(picture: Sharp, kind: PictureKind, reader: Reader): Promise<ImageTensor> {
  if (kind !== 'other') return fromRgb(await pixels(turned(picture, kind, reader)), reader)
  const metadata = await picture.metadata()
  turned(picture, metadata.format, reader)
  if (reader === 'pil' && isDeepGray(metadata)) return clippedGray(picture)
  if (metadata.space !== 'cmyk') return fromRgb(await pixels(picture), reader)
  const cmyk = await rawPixels(picture.pipelineColourspace('cmyk').toColourspace('cmyk'))
  return fromRgb(cmykToRgb(cmyk, reader), reader)
}

/** Decodings under way. */
const underWay = new Set<{ isSuspected: boolean }>()

/**
 * Decode, and tell whether this picture or one that was decoded meanwhile gave a warning: libvips keeps those of all its threads in one
 * queue, and sharp gives them to whichever picture ends next.
 */
async function watched(
  picture: Sharp,
  decode: () => Promise<ImageTensor>,
): Promise<{ image: ImageTensor; isSuspected: boolean }> {
  const own = { isSuspected: false }
  underWay.add(own)
  picture.on('warning', suspectAll)
  try {
    const image = await decode()
    return { image, isSuspected: own.isSuspected }
  } finally {
    underWay.delete(own)
  }
}

function suspectAll(): void {
  for (const one of underWay) one.isSuspected = true
}

/** libvips keeps the words of an error in one place for all threads, too, where another may wipe them out. */
const ATTEMPTS = 5

/** What is damaged in a picture that can be decoded; undefined where nothing is. An error, unlike a warning, is the picture's own. */
async function damageOf(source: string | Uint8Array): Promise<string | undefined> {
  let words = ''
  for (let attempt = 0; attempt < ATTEMPTS && !words.includes('VipsJpeg'); attempt++) {
    try {
      await sharp(source, { ...OPTIONS, failOn: 'warning' })
        .on('warning', suspectAll)
        .raw()
        .toBuffer()
      return undefined
    } catch (error) {
      words = String(error)
    }
  }
  return damageIn(words)
}

/** What libjpeg says of entropy-coded data that it had to guess; its other warnings, and those of other formats, cost no pixels. */
function damageIn(warning: string): string | undefined {
  return /corrupt JPEG data: [^\n]*/i.exec(warning)?.[0]
}

/**
 * The first bytes; none where there is no such file, which sharp then says. Not awaited, so that the whole of a plain picture's decoding
 * is handed to sharp's thread before the caller goes on: it then proceeds while an inference blocks this one.
 */
function readHead(path: string): Uint8Array {
  const head = new Uint8Array(HEAD_LENGTH)
  try {
    const file = openSync(path, 'r')
    try {
      return head.subarray(0, readSync(file, head, 0, HEAD_LENGTH, 0))
    } finally {
      closeSync(file)
    }
  } catch {
    return head.subarray(0, 0)
  }
}

function turned(picture: Sharp, format: string, reader: Reader): Sharp {
  return reader === 'opencv' || (reader === 'skimage' && format === 'jpeg') ? picture.autoOrient() : picture
}

/** Pillow opens these as 32-bit integers, and its conversion to RGB clips. */
function isDeepGray({ format, space, hasAlpha }: Metadata): boolean {
  return format === 'png' && space === 'grey16' && !hasAlpha
}

async function clippedGray(picture: Sharp): Promise<ImageTensor> {
  const gray = picture.toColourspace('grey16').raw({ depth: 'ushort' })
  const { data, info } = await gray.toBuffer({ resolveWithObject: true })
  const values = new Uint16Array(data.buffer, data.byteOffset, info.width * info.height * info.channels)
  const rgb = new Uint8Array(info.width * info.height * 3)
  for (let i = 0; i < rgb.length; i++) rgb[i] = Math.min(values[Math.floor(i / 3) * info.channels], 255)
  return makeImage(rgb, 'HWC', { ...info, channels: 3 })
}

/** RGB bytes. */
function pixels(picture: Sharp): Promise<ImageTensor> {
  return rawPixels(picture.toColourspace('srgb').removeAlpha())
}

async function rawPixels(picture: Sharp): Promise<ImageTensor> {
  const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  return makeImage(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 'HWC', info)
}

/** Why a file cannot be read, in words for who put it there. */
export function unreadableReason(cause: unknown, source: string | Uint8Array): string {
  if (typeof source === 'string' && !existsSync(source)) return 'there is no such file'
  const head = typeof source === 'string' ? readHead(source) : source
  if (head.length === 0) return 'the file is empty'
  if (/^\s*<(!doctype|html)/i.test(new TextDecoder().decode(head.subarray(0, 256)))) return 'it is a web page'
  const [text] = (cause instanceof Error ? cause.message : String(cause)).trim().split('\n')
  if (/premature end|truncated/i.test(text)) return `the file is cut off (${text})`
  return /libpng read error/.test(text) ? `the file is cut off or damaged (${text})` : text
}
