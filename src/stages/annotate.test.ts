import { expect, test } from 'vitest'
import type { RgbPicture } from '../image/compose.ts'
import { type ImageTensor, makeImage, toFloat32, toLayout } from '../image/image-tensor.ts'
import type { Reader } from '../image/reader.ts'
import type { Prediction } from '../tasks/prediction.ts'
import { annotate, besideEachOther } from './annotate.ts'

const SIZE = { width: 400, height: 300, channels: 3 }
const RGB = [200, 120, 40]

/** A picture of one colour as a reader delivers it. */
function picture(reader: Reader, size = SIZE): ImageTensor {
  const order = reader === 'opencv' ? [...RGB].reverse() : RGB
  const bytes = makeImage(
    Uint8Array.from({ length: size.width * size.height * 3 }, (_, index) => order[index % 3]),
    'HWC',
    size,
  )
  if (reader !== 'skimage') return bytes
  const float = toFloat32(bytes)
  return makeImage(
    Float32Array.from(float.data as Float32Array, (value) => value / 255),
    'HWC',
    size,
  )
}

const names = [{ name: 'cat', zh: '猫' }, { name: 'dog', zh: '狗' }, { name: 'bird' }]

function draw(prediction: Prediction, image = picture('pil'), reader: Reader = 'pil', language: 'en' | 'zh' = 'en') {
  const result = { picture: 'a.png', image, truth: undefined, prediction, names }
  return annotate(result, { reader, language, minScore: 0.3 })
}

const pixel = ({ width, data }: RgbPicture, x: number, y: number): number[] => [
  ...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
]

const BOX: Prediction = {
  kind: 'boxes',
  detections: [
    { box: [100, 100, 300, 200], score: 0.9, classId: 0 },
    { box: [10, 210, 390, 290], score: 0.2, classId: 1 },
  ],
}

test.each(['pil', 'opencv', 'skimage'] as const)('pixels of reader %s come back as they were', async (reader) => {
  const drawn = await draw(BOX, picture(reader), reader)
  expect([drawn.width, drawn.height]).toEqual([400, 300])
  expect(pixel(drawn, 200, 150)).toEqual(RGB)
  expect(pixel(drawn, 399, 299)).toEqual(RGB)
  // the edge of the box is drawn, the box below the least score is not
  expect(pixel(drawn, 200, 100)).not.toEqual(RGB)
  expect(pixel(drawn, 200, 210)).toEqual(RGB)
})

test('a picture in planes is drawn as well', async () => {
  expect(pixel(await draw(BOX, toLayout(picture('pil'), 'CHW')), 200, 150)).toEqual(RGB)
})

test('bars stand below the picture; small pictures are enlarged pixel by pixel', async () => {
  const ranked = [0, 1, 2].map((classId) => ({ classId, probability: 0.5 - 0.1 * classId }))
  const large = await draw({ kind: 'classes', ranked })
  expect(large.width).toBe(400)
  expect(large.height).toBeGreaterThan(300)
  expect(pixel(large, 0, 299)).toEqual(RGB)
  expect(pixel(large, 399, large.height - 1)).toEqual([255, 255, 255])
  const small = await draw({ kind: 'classes', ranked }, picture('pil', { width: 32, height: 20, channels: 3 }))
  expect(small.width).toBe(320)
  expect(pixel(small, 319, 199)).toEqual(RGB)
})

test('a mask colours its pixels, and the legend stands below', async () => {
  const labels = new Uint8Array(400 * 300)
  labels.fill(2, 200 * 400)
  const drawn = await draw({ kind: 'mask', mask: { width: 400, height: 300, labels } })
  expect(drawn.height).toBeGreaterThan(300)
  expect(pixel(drawn, 10, 199)).not.toEqual(pixel(drawn, 10, 200))
  expect(pixel(drawn, 399, drawn.height - 1)).toEqual([255, 255, 255])
})

test('float and INT8 side by side: each under its title, white between', async () => {
  const one = await draw(BOX)
  const both = await besideEachOther([
    { title: 'float.onnx', picture: one },
    { title: 'int8.onnx', picture: one },
  ])
  expect(both.width).toBe(2 * 400 + 8)
  const title = both.height - 300
  expect(title).toBeGreaterThan(10)
  expect(pixel(both, 0, title)).toEqual(RGB)
  expect(pixel(both, 404, title + 100)).toEqual([255, 255, 255])
  expect(pixel(both, 408, title)).toEqual(RGB)
  const titles = both.data.subarray(0, 3 * both.width * title)
  expect(titles.some((value) => value < 100)).toBe(true)
})

test('Chinese names are drawn where there are some', async () => {
  const ranked = [{ classId: 0, probability: 1 }]
  const [english, chinese] = await Promise.all(
    (['en', 'zh'] as const).map((language) => draw({ kind: 'classes', ranked }, picture('pil'), 'pil', language)),
  )
  expect(chinese.data.some((value, index) => value !== english.data[index])).toBe(true)
})
