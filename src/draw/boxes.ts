/** Boxes with labels and scores over a picture. */
import type { Detection } from '../metrics/boxes.ts'
import { classColor, svgColor } from './palette.ts'
import { svgDocument, svgRectangle, svgText, textWidth } from './svg.ts'

/** SVG of the picture's size, transparent but for the boxes; the surest are drawn last, on top. */
export function drawBoxes(
  size: { width: number; height: number },
  detections: readonly Detection[],
  nameOf: (classId: number) => string,
): string {
  const stroke = Math.max(1, Math.round(Math.min(size.width, size.height) / 250))
  const font = Math.max(10, Math.min(size.width, size.height) / 32)
  const content = [...detections].reverse().flatMap(({ box: [x1, y1, x2, y2], score, classId }) => {
    const color = svgColor(classColor(classId))
    const label = `${nameOf(classId)} ${score.toFixed(2)}`
    const width = textWidth(label, font) + font / 2
    const height = 1.3 * font
    // above the box where there is room, else inside; never beyond the right edge
    const top = y1 >= height ? y1 - height : y1
    const left = Math.max(0, Math.min(x1, size.width - width))
    return [
      svgRectangle(
        { x: x1, y: y1, width: x2 - x1, height: y2 - y1 },
        `fill="none" stroke="${color}" stroke-width="${stroke}"`,
      ),
      svgRectangle({ x: left, y: top, width, height }, `fill="${color}"`),
      svgText(label, { x: left + font / 4, y: top + font, size: font }),
    ]
  })
  return svgDocument(size.width, size.height, content)
}
