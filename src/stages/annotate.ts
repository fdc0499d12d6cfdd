/** The annotated picture of `infer`: boxes, a painted mask with its legend, or the best classes as bars. */
import { drawBars } from '../draw/bars.ts'
import { drawBoxes } from '../draw/boxes.ts'
import { drawLegend, paintMask } from '../draw/mask.ts'
import { svgDocument, svgText } from '../draw/svg.ts'
import { arrange, overlay, rasterize, type RgbPicture } from '../image/compose.ts'
import type { Language } from '../image/fonts.ts'
import { imageSize, type ImageTensor, toLayout } from '../image/image-tensor.ts'
import type { Reader } from '../image/reader.ts'
import type { ClassName } from '../tasks/class-name.ts'
import { classShares } from '../tasks/class-shares.ts'
import type { InferResult } from './infer.ts'

export interface AnnotateOptions {
  reader: Reader
  language: Language
  /** Boxes below are left out. */
  minScore: number
}

/** Panels below a picture need room for names; smaller pictures (CIFAR's 32 x 32) are enlarged, pixel by pixel. */
const MIN_WIDTH = 320
/** Pixels between two pictures side by side. */
const GAP = 8

/** One picture with what the model says of it. */
export async function annotate(
  result: InferResult,
  { reader, language, minScore }: AnnotateOptions,
): Promise<RgbPicture> {
  const { prediction, names } = result
  const nameOf = (classId: number): string => className(names?.[classId], language) ?? `class ${classId}`
  const picture = toRgb(result.image, reader)
  const panel = async ({ svg, height }: { svg: string; height: number }, above: RgbPicture): Promise<RgbPicture> =>
    arrange([above, await rasterize(svg, { width: above.width, height })], 'below')
  if (prediction.kind === 'boxes') {
    const sure = prediction.detections.filter(({ score }) => score >= minScore)
    return overlay(picture, drawBoxes(picture, sure, nameOf))
  }
  if (prediction.kind === 'mask') {
    const colors = names?.every(({ color }) => color) ? names.map(({ color }) => color!) : undefined
    const painted = { ...picture, data: paintMask(picture.data, prediction.mask, colors) }
    return panel(drawLegend(picture.width, classShares(prediction.mask.labels), colors, nameOf), painted)
  }
  const large = enlarge(picture, Math.ceil(MIN_WIDTH / picture.width))
  return panel(drawBars(large.width, prediction.ranked, nameOf), large)
}

/** Annotated pictures side by side, each under its title. */
export async function besideEachOther(
  pictures: readonly { title: string; picture: RgbPicture }[],
): Promise<RgbPicture> {
  const columns = await Promise.all(
    pictures.map(async ({ title, picture }, index) => {
      const font = Math.max(14, picture.width / 40)
      const size = { width: picture.width, height: Math.ceil(1.6 * font) }
      const svg = svgDocument(size.width, size.height, [svgText(title, { x: font / 2, y: 1.15 * font, size: font })])
      const column = await arrange([await rasterize(svg, size), picture], 'below')
      return index === 0 ? [column] : [blank(GAP, column.height), column]
    }),
  )
  return arrange(columns.flat(), 'beside')
}

function className(name: ClassName | undefined, language: Language): string | undefined {
  return language === 'zh' ? (name?.zh ?? name?.name) : name?.name
}

function blank(width: number, height: number): RgbPicture {
  return { width, height, data: new Uint8Array(3 * width * height).fill(255) }
}

/** What a reader delivered, back as RGB bytes. */
function toRgb(image: ImageTensor, reader: Reader): RgbPicture {
  const { data } = toLayout(image, 'HWC')
  const { width, height } = imageSize(image)
  const rgb = new Uint8Array(data.length)
  for (let at = 0; at < rgb.length; at += 3) {
    for (let channel = 0; channel < 3; channel++) {
      const from = reader === 'opencv' ? 2 - channel : channel
      const value = data[at + from]
      rgb[at + channel] = reader === 'skimage' ? Math.round(255 * value) : value
    }
  }
  return { width, height, data: rgb }
}

function enlarge(picture: RgbPicture, times: number): RgbPicture {
  if (times <= 1) return picture
  const [width, height] = [picture.width * times, picture.height * times]
  const data = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = 3 * (Math.floor(y / times) * picture.width + Math.floor(x / times))
      data.set(picture.data.subarray(from, from + 3), 3 * (y * width + x))
    }
  }
  return { width, height, data }
}
