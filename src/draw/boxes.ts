/** Boxes with labels and scores over a picture. */
import type { Detection } from '../metrics/boxes.ts'
import { placeLabels } from './label-places.ts'
import { classColor, svgColor } from './palette.ts'
import { svgDocument, svgRectangle, svgText, textWidth } from './svg.ts'

/**
 * SVG of the picture's size, transparent but for the boxes: all boxes first, then all labels, the surest on top.
 * @param detections Best first.
 */
export function drawBoxes(
  size: { width: number; height: number },
  detections: readonly Detection[],
  nameOf: (classId: number) => string,
): string {
  const stroke = Math.max(1, Math.round(Math.min(size.width, size.height) / 250))
  const font = Math.max(10, Math.min(size.width, size.height) / 32)
  const labels = detections.map(({ box, score, classId }) => {
    const text = `${nameOf(classId)} ${score.toFixed(2)}`
    return { box, text, classId, size: { width: textWidth(text, font) + font / 2, height: 1.3 * font } }
  })
  const places = placeLabels(labels, size)
  const boxes = detections.map(({ box: [x1, y1, x2, y2], classId }) =>
    svgRectangle(
      { x: x1, y: y1, width: x2 - x1, height: y2 - y1 },
      `fill="none" stroke="${svgColor(classColor(classId))}" stroke-width="${stroke}"`,
    ),
  )
  const tags = labels.map(({ text, classId }, index) => {
    const place = places[index]
    const words = svgText(text, { x: place.x + font / 4, y: place.y + font, size: font })
    return svgRectangle(place, `fill="${svgColor(classColor(classId))}"`) + words
  })
  return svgDocument(size.width, size.height, [...boxes.reverse(), ...tags.reverse()])
}
