/** A label map over its picture, and what its colours mean. */
import type { ClassShare } from '../tasks/class-shares.ts'
import type { LabelMap } from '../tasks/truth.ts'
import { type Color, classColor, svgColor } from './palette.ts'
import { svgDocument, svgRectangle, svgText } from './svg.ts'

/** How much of the picture shows through. */
const TRANSPARENCY = 0.45

/**
 * RGB pixels of the picture under its colours, the same size.
 * @param rgb uint8, HWC.
 */
export function paintMask(rgb: Uint8Array, { labels }: LabelMap, colors: readonly Color[] | undefined): Uint8Array {
  const palette = Array.from({ length: 256 }, (_, classId) => colors?.[classId] ?? classColor(classId))
  const painted = new Uint8Array(rgb.length)
  for (const [pixel, label] of labels.entries()) {
    const color = palette[label]
    for (let channel = 0; channel < 3; channel++) {
      const at = 3 * pixel + channel
      painted[at] = Math.round(TRANSPARENCY * rgb[at] + (1 - TRANSPARENCY) * color[channel])
    }
  }
  return painted
}

/** SVG of a panel `width` wide: a colour, a name and a share of the pixels per class, as many columns as fit. */
export function drawLegend(
  width: number,
  shares: readonly ClassShare[],
  colors: readonly Color[] | undefined,
  nameOf: (classId: number) => string,
): { svg: string; height: number } {
  const font = Math.max(11, width / 70)
  const row = 1.6 * font
  const columns = Math.max(1, Math.floor(width / (18 * font)))
  const height = Math.ceil((Math.ceil(shares.length / columns) + 0.5) * row)
  const content = shares.flatMap(({ classId, share }, index) => {
    const x = font / 2 + (index % columns) * (width / columns)
    const y = row / 2 + Math.floor(index / columns) * row
    const color = svgColor(colors?.[classId] ?? classColor(classId))
    return [
      svgRectangle({ x, y, width: font, height: font }, `fill="${color}"`),
      svgText(`${nameOf(classId)} ${(100 * share).toFixed(1)} %`, {
        x: x + 1.5 * font,
        y: y + 0.85 * font,
        size: font,
      }),
    ]
  })
  const background = svgRectangle({ x: 0, y: 0, width, height }, 'fill="white"')
  return { svg: svgDocument(width, height, [background, ...content]), height }
}
