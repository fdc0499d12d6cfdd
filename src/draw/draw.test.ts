import { describe, expect, test } from 'vitest'
import type { Box } from '../metrics/boxes.ts'
import { drawBars } from './bars.ts'
import { drawBoxes } from './boxes.ts'
import { placeLabels } from './label-places.ts'
import { drawLegend, paintMask } from './mask.ts'
import { classColor, svgColor } from './palette.ts'
import { escapeXml, textWidth } from './svg.ts'

const nameOf = (classId: number): string => `class ${classId}`

/** Texts of an SVG, in the order in which they are drawn. */
const texts = (svg: string): string[] => [...svg.matchAll(/>([^<>]+)<\/text>/g)].map(([, text]) => text)

/** Rectangles of an SVG. */
function rectangles(svg: string): { x: number; y: number; width: number; height: number; fill: string }[] {
  const pattern = /<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.-]+)" height="([\d.-]+)" fill="([^"]+)"/g
  return [...svg.matchAll(pattern)].map(([, x, y, width, height, fill]) => {
    return { x: Number(x), y: Number(y), width: Number(width), height: Number(height), fill }
  })
}

describe('labels of boxes', () => {
  const picture = { width: 200, height: 100 }
  const size = { width: 50, height: 10 }
  const place = (...boxes: Box[]) =>
    placeLabels(
      boxes.map((box) => ({ box, size })),
      picture,
    ).map(({ x, y }) => [x, y])

  test('stand above the box, inside where there is no room above, never beyond an edge', () => {
    expect(place([20, 30, 80, 90])).toEqual([[20, 20]])
    expect(place([20, 5, 80, 90])).toEqual([[20, 5]])
    expect(place([190, 30, 199, 90])).toEqual([[150, 20]])
    expect(place([-30, -20, 300, 130])).toEqual([[0, 0]])
    expect(place([20, 95, 80, 99])).toEqual([[20, 85]])
  })

  test('do not cover each other while there is another place', () => {
    const box: Box = [20, 30, 80, 60]
    expect(place(box, box, box, box)).toEqual([
      [20, 20],
      [20, 30],
      [20, 60],
      [20, 50],
    ])
    // the fifth has no place of its own
    expect(place(box, box, box, box, box)[4]).toEqual([20, 20])
    expect(place([20, 30, 80, 60], [70, 30, 120, 60])).toEqual([
      [20, 20],
      [70, 20],
    ])
  })

  test('are drawn over all boxes, the surest last, with name and score', () => {
    const svg = drawBoxes(
      { width: 640, height: 480 },
      [
        { box: [10, 50, 110, 150], score: 0.987, classId: 1 },
        { box: [200, 50, 300, 150], score: 0.5, classId: 2 },
      ],
      (classId) => (classId === 1 ? 'cat & "dog" <x>' : '猫'),
    )
    expect(texts(svg)).toEqual(['猫 0.50', 'cat &amp; &quot;dog&quot; &lt;x&gt; 0.99'])
    expect(rectangles(svg).map(({ fill }) => fill)).toEqual([
      'none',
      'none',
      svgColor(classColor(2)),
      svgColor(classColor(1)),
    ])
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"')).toBe(true)
  })

  test('nothing found: nothing drawn', () => {
    expect(rectangles(drawBoxes({ width: 10, height: 10 }, [], nameOf))).toEqual([])
  })
})

test('bars are as long as their probabilities', () => {
  const ranked = [
    { classId: 3, probability: 0.75 },
    { classId: 7, probability: 0.25 },
    { classId: 1, probability: 0 },
  ]
  const { svg, height } = drawBars(400, ranked, nameOf)
  const [background, ...bars] = rectangles(svg)
  expect(background).toMatchObject({ width: 400, height, fill: 'white' })
  expect(bars.map(({ width }) => width)).toEqual([300, 100, 2])
  expect(bars.every(({ y, height: own }) => y >= 0 && y + own <= height)).toBe(true)
  expect(texts(svg)).toEqual(['75.0 % class 3', '25.0 % class 7', '0.0 % class 1'])
})

describe('masks', () => {
  test('let 45 % of the picture through their colours', () => {
    const mask = { width: 2, height: 1, labels: Uint8Array.of(0, 255) }
    const painted = paintMask(Uint8Array.of(100, 0, 200, 10, 20, 30), mask, [[0, 255, 100]])
    // 0.45 * 100, 0.55 * 255 = 140.25, 0.45 * 200 + 0.55 * 100
    expect([...painted.subarray(0, 3)]).toEqual([45, 140, 145])
    // a label without a colour of its own gets one of the palette
    const [red, green, blue] = classColor(255)
    const mixed = [
      [10, red],
      [20, green],
      [30, blue],
    ].map(([below, color]) => Math.round(0.45 * below + 0.55 * color))
    expect([...painted.subarray(3)]).toEqual(mixed)
  })

  test('explain their colours in as many columns as fit', () => {
    const shares = [
      { classId: 0, share: 0.5 },
      { classId: 2, share: 0.375 },
      { classId: 1, share: 0.125 },
    ]
    const legend = (width: number) => drawLegend(width, shares, [[1, 2, 3]], nameOf)
    const wide = rectangles(legend(700).svg).slice(1)
    expect(wide[0]).toMatchObject({ fill: 'rgb(1,2,3)' })
    expect(wide[1]).toMatchObject({ fill: svgColor(classColor(2)), y: wide[0].y })
    expect(wide[1].x).toBeGreaterThan(wide[0].x)
    const narrow = rectangles(legend(200).svg).slice(1)
    expect(new Set(narrow.map(({ x }) => x)).size).toBe(1)
    expect(texts(legend(200).svg)).toEqual(['class 0 50.0 %', 'class 2 37.5 %', 'class 1 12.5 %'])
    for (const width of [200, 700, 2048]) {
      const { svg, height } = legend(width)
      expect(rectangles(svg).every(({ y, height: own }) => y + own <= height)).toBe(true)
    }
  })
})

test('neighbouring classes get colours far apart, bright enough for black text', () => {
  const colors = Array.from({ length: 80 }, (_, classId) => classColor(classId))
  expect(new Set(colors.map(svgColor)).size).toBe(80)
  for (const [index, color] of colors.entries()) {
    const next = classColor(index + 1)
    expect(Math.hypot(...color.map((value, channel) => value - next[channel]))).toBeGreaterThan(80)
    // relative luminance (WCAG): black text on it has a contrast of at least 4.5
    const [red, green, blue] = color.map((value) => {
      const share = value / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    expect((0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) / 0.05).toBeGreaterThan(4.5)
  }
})

test('text: what XML forbids, and Chinese as wide as high', () => {
  expect(escapeXml('<a & "b">')).toBe('&lt;a &amp; &quot;b&quot;&gt;')
  expect(textWidth('停车标志', 10)).toBe(40)
  expect(textWidth('stop', 10)).toBeCloseTo(23.2)
})
