import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { svgDocument, svgRectangle } from '../draw/svg.ts'
import { arrange, encodePicture, overlay, rasterize, type RgbPicture } from './compose.ts'

const flat = (width: number, height: number, ...color: number[]): RgbPicture => ({
  width,
  height,
  data: Uint8Array.from({ length: 3 * width * height }, (_, index) => color[index % 3]),
})

const pixel = ({ width, data }: RgbPicture, x: number, y: number): number[] => [
  ...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
]

const square = (fill: string): string => svgRectangle({ x: 2, y: 1, width: 3, height: 2 }, `fill="${fill}"`)

test('an overlay changes what it covers and nothing else, borders included', async () => {
  const drawn = await overlay(flat(8, 6, 10, 20, 30), svgDocument(8, 6, [square('rgb(200,100,50)')]))
  expect(drawn.data).toHaveLength(8 * 6 * 3)
  for (let y = 0; y < 6; y++) {
    for (let x = 0; x < 8; x++) {
      const isCovered = x >= 2 && x < 5 && y >= 1 && y < 3
      expect([x, y, pixel(drawn, x, y)]).toEqual([x, y, isCovered ? [200, 100, 50] : [10, 20, 30]])
    }
  }
})

test('what an overlay draws beyond the picture is cut off', async () => {
  const beyond = svgRectangle({ x: -5, y: -5, width: 100, height: 100 }, 'fill="rgb(1,2,3)"')
  expect(await overlay(flat(4, 3, 0, 0, 0), svgDocument(4, 3, [beyond]))).toEqual(flat(4, 3, 1, 2, 3))
})

test('a panel is as large as asked and white where nothing is drawn', async () => {
  const panel = await rasterize(svgDocument(8, 6, [square('black')]), { width: 8, height: 6 })
  expect([panel.width, panel.height, panel.data.length]).toEqual([8, 6, 8 * 6 * 3])
  expect(pixel(panel, 0, 0)).toEqual([255, 255, 255])
  expect(pixel(panel, 3, 2)).toEqual([0, 0, 0])
})

describe('arrange', () => {
  test('puts pictures below each other', async () => {
    const both = await arrange([flat(4, 2, 1, 1, 1), flat(4, 3, 2, 2, 2)], 'below')
    expect([both.width, both.height]).toEqual([4, 5])
    expect([pixel(both, 3, 1), pixel(both, 0, 2)]).toEqual([
      [1, 1, 1],
      [2, 2, 2],
    ])
  })

  test('puts pictures of different heights side by side on white', async () => {
    const both = await arrange([flat(4, 2, 1, 1, 1), flat(3, 5, 2, 2, 2)], 'beside')
    expect([both.width, both.height]).toEqual([7, 5])
    expect([pixel(both, 3, 1), pixel(both, 0, 4), pixel(both, 4, 4)]).toEqual([
      [1, 1, 1],
      [255, 255, 255],
      [2, 2, 2],
    ])
  })
})

describe('files', () => {
  const picture = flat(5, 4, 250, 128, 7)
  test.each(['out.png', 'out.JPG', 'out.jpeg', 'out.webp'])('%s', async (path) => {
    const { data, info } = await sharp(await encodePicture(picture, path))
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height, info.channels]).toEqual([5, 4, 3])
    for (const [index, value] of picture.data.entries()) expect(Math.abs(data[index] - value)).toBeLessThan(8)
  })

  test('of any other name are refused', async () => {
    await expect(encodePicture(picture, 'out.tiff')).rejects.toMatchObject({
      code: 'ARGUMENT_PICTURE_FORMAT',
      fix: 'end the name in .png, .jpg or .webp',
    })
  })
})
