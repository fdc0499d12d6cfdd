/** The best classes of a picture as bars. */
import type { ClassScore } from '../tasks/classification.ts'
import { classColor, svgColor } from './palette.ts'
import { svgDocument, svgRectangle, svgText } from './svg.ts'

/** SVG of a panel `width` wide: one bar per class, as long as its probability, its name on it. */
export function drawBars(
  width: number,
  ranked: readonly ClassScore[],
  nameOf: (classId: number) => string,
): { svg: string; height: number } {
  const font = Math.max(11, width / 32)
  const row = 1.7 * font
  const height = Math.ceil(ranked.length * row + font / 2)
  const content = ranked.flatMap(({ classId, probability }, index) => {
    const y = font / 4 + index * row
    const bar = { x: 0, y, width: Math.max(2, probability * width), height: 1.4 * font }
    return [
      svgRectangle(bar, `fill="${svgColor(classColor(classId))}"`),
      svgText(`${(100 * probability).toFixed(1)} % ${nameOf(classId)}`, {
        x: font / 2,
        y: y + 1.05 * font,
        size: font,
      }),
    ]
  })
  const background = svgRectangle({ x: 0, y: 0, width, height }, 'fill="white"')
  return { svg: svgDocument(width, height, [background, ...content]), height }
}
