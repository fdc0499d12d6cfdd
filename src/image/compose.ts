/** Pictures put together from pixels and SVG panels, and written to files. */
import { extname } from 'node:path'
import sharp, { type CreateRaw, type Sharp } from 'sharp'
import { ArgumentError } from '../errors.ts'

/** uint8, HWC, three channels. */
export interface RgbPicture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

const raw = ({ width, height }: RgbPicture): { raw: CreateRaw } => ({ raw: { width, height, channels: 3 } })

/** A copy at most `width` pixels wide. */
export async function shrink(picture: RgbPicture, width: number): Promise<RgbPicture> {
  if (picture.width <= width) return picture
  const { data, info } = await sharp(picture.data, raw(picture))
    .resize(width)
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}

/** A picture with an SVG of its size drawn over it. */
export async function overlay(picture: RgbPicture, svg: string): Promise<RgbPicture> {
  const drawn = sharp(picture.data, raw(picture)).composite([{ input: Buffer.from(svg) }])
  return { ...picture, data: await pixels(drawn) }
}

/** An SVG as a picture of its own. */
export async function rasterize(svg: string, size: { width: number; height: number }): Promise<RgbPicture> {
  const drawn = sharp(Buffer.from(svg), { density: 72 }).flatten({ background: 'white' })
  return { ...size, data: await pixels(drawn.resize(size.width, size.height, { fit: 'fill' })) }
}

/** Pictures of one width below each other, or of any size side by side on white. */
export async function arrange(pictures: readonly RgbPicture[], direction: 'below' | 'beside'): Promise<RgbPicture> {
  const sizes = { width: pictures.map(({ width }) => width), height: pictures.map(({ height }) => height) }
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  const isBelow = direction === 'below'
  const width = isBelow ? Math.max(...sizes.width) : sum(sizes.width)
  const height = isBelow ? sum(sizes.height) : Math.max(...sizes.height)
  const layers = pictures.map((picture, index) => ({
    input: Buffer.from(picture.data.buffer, picture.data.byteOffset, picture.data.byteLength),
    ...raw(picture),
    left: isBelow ? 0 : sum(sizes.width.slice(0, index)),
    top: isBelow ? sum(sizes.height.slice(0, index)) : 0,
  }))
  const canvas = sharp({ create: { width, height, channels: 3, background: 'white' } })
  return { width, height, data: await pixels(canvas.composite(layers)) }
}

/** The bytes of a picture file; its name decides the format. Throws ArgumentError for any other than PNG, JPEG and WebP. */
export async function encodePicture(picture: RgbPicture, path: string): Promise<Uint8Array> {
  const encoder = sharp(picture.data, raw(picture))
  const extension = extname(path).toLowerCase()
  if (extension === '.png') return await encoder.png().toBuffer()
  if (extension === '.jpg' || extension === '.jpeg') return await encoder.jpeg({ quality: 92 }).toBuffer()
  if (extension === '.webp') return await encoder.webp().toBuffer()
  throw new ArgumentError('ARGUMENT_PICTURE_FORMAT', `cannot write a picture named ${path}`, {
    where: '--output',
    fix: 'end the name in .png, .jpg or .webp',
  })
}

async function pixels(picture: Sharp): Promise<Uint8Array> {
  const { data } = await picture.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
