import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { goldenDifference, readGolden, type GoldenResult } from '../../test/golden/image/golden.ts'
import { noise, unit } from '../../test/golden/image/noise.ts'
import { crop, type Rectangle } from './crop.ts'
import { makeImage, toLayout, type ImageTensor } from './image-tensor.ts'
import { resizeCv, type CvInterpolation } from './resize-cv.ts'
import { resizePil, type PilInterpolation } from './resize-pil.ts'
import { resizeSkimage } from './resize-skimage.ts'

interface ResizeCase {
  library: 'opencv' | 'pil' | 'skimage'
  method: string | number
  from: [number, number]
  to: [number, number]
  channels: number
  seed: number
  input: 'uint8' | 'float32'
  result: GoldenResult
}

function resize({ library, method, to, ...source }: ResizeCase): ImageTensor {
  const bytes = noise(...source.from, source.channels, source.seed)
  const image = source.input === 'uint8' ? bytes : unit(bytes)
  const size = { height: to[0], width: to[1] }
  if (library === 'opencv') return resizeCv(image, size, method as CvInterpolation)
  if (library === 'pil') return resizePil(image, size, method as PilInterpolation)
  return resizeSkimage(image, size, Number(method))
}

describe('resize goldens', () => {
  const cases = readGolden<ResizeCase>('resize.json')
  const kindOf = ({ library, method, input }: ResizeCase): string => `${library} ${method} ${input}`
  test.each([...new Set(cases.map(kindOf))])('%s', (kind) => {
    const wrong = cases
      .filter((item) => kindOf(item) === kind)
      .map((golden) => goldenDifference(resize(golden), golden.result))
    expect(wrong.filter(Boolean)).toEqual([])
  })
})

describe('every resize', () => {
  const side = fc.integer({ min: 1, max: 40 })
  const resizers: [string, (image: ImageTensor, size: { height: number; width: number }) => ImageTensor][] = [
    ['opencv linear', (image, size) => resizeCv(image, size, 'linear')],
    ['opencv cubic', (image, size) => resizeCv(image, size, 'cubic')],
    ['opencv nearest', (image, size) => resizeCv(image, size, 'nearest')],
    ['pil bilinear', (image, size) => resizePil(image, size, 'bilinear')],
    ['pil lanczos', (image, size) => resizePil(image, size, 'lanczos')],
    ['skimage 1', (image, size) => resizeSkimage(image, size, 1)],
    ['skimage 3', (image, size) => resizeSkimage(image, size, 3)],
  ]
  test.each(resizers)('%s keeps a constant picture constant', (_, resizer) => {
    fc.assert(
      fc.property(side, side, side, side, fc.nat(255), (height, width, toHeight, toWidth, value) => {
        const image = noise(height, width, 3, 1)
        image.data.fill(value)
        const out = resizer(image, { height: toHeight, width: toWidth })
        expect(out.shape).toEqual([toHeight, toWidth, 3])
        expect([...new Set(out.data)].map(Math.round)).toEqual([value])
      }),
      { numRuns: 40 },
    )
  })
})

/** A window inside a picture of this size, from four fractions. */
function windowIn({ height, width }: { height: number; width: number }, [a, b, c, d]: readonly number[]): Rectangle {
  const top = Math.floor(a * height)
  const left = Math.floor(b * width)
  return {
    top,
    left,
    height: 1 + Math.floor(c * (height - top)),
    width: 1 + Math.floor(d * (width - left)),
  }
}

describe('a window of the result is what cutting it out gives', () => {
  const side = fc.integer({ min: 1, max: 90 })
  const fraction = fc.double({ min: 0, max: 0.999, noNaN: true })
  const fractions = fc.tuple(fraction, fraction, fraction, fraction)
  const sources = fc.constantFrom(
    (image: ImageTensor) => image,
    (image: ImageTensor) => unit(image),
  )
  const cv = ['linear', 'cubic', 'nearest'] as const
  test.each(cv)('opencv %s', (method) => {
    fc.assert(
      fc.property(side, side, side, side, fractions, fc.constantFrom(1, 3, 4), sources, (...drawn) => {
        const [height, width, toHeight, toWidth, parts, channels, make] = drawn
        const image = make(noise(height, width, channels, 7))
        const size = { height: toHeight, width: toWidth }
        const window = windowIn(size, parts)
        expect(resizeCv(image, size, method, window)).toEqual(crop(resizeCv(image, size, method), window))
      }),
      { numRuns: 60 },
    )
  })
  const pil = ['nearest', 'bilinear', 'bicubic', 'lanczos'] as const
  test.each(pil)('pil %s', (method) => {
    fc.assert(
      fc.property(side, side, side, side, fractions, fc.constantFrom(1, 3, 4), (...drawn) => {
        const [height, width, toHeight, toWidth, parts, channels] = drawn
        const image = noise(height, width, channels, 7)
        const size = { height: toHeight, width: toWidth }
        const window = windowIn(size, parts)
        expect(resizePil(image, size, method, window)).toEqual(crop(resizePil(image, size, method), window))
      }),
      { numRuns: 60 },
    )
  })
})

describe('colours are resized like each channel alone', () => {
  const side = fc.integer({ min: 1, max: 60 })
  /** One channel of an HWC picture as a picture. */
  function channelOf({ data, shape: [height, width, channels] }: ImageTensor, channel: number): ImageTensor {
    const bytes = Uint8Array.from({ length: height * width }, (_, i) => data[i * channels + channel])
    return makeImage(bytes, 'HWC', { height, width, channels: 1 })
  }
  test.each(['bilinear', 'bicubic', 'lanczos'] as const)('pil %s', (method) => {
    fc.assert(
      fc.property(side, side, side, side, (height, width, toHeight, toWidth) => {
        const image = noise(height, width, 3, 11)
        const size = { height: toHeight, width: toWidth }
        const colors = resizePil(image, size, method)
        for (let c = 0; c < 3; c++) expect(channelOf(colors, c)).toEqual(resizePil(channelOf(image, c), size, method))
      }),
      { numRuns: 60 },
    )
  })
  test('and planes hold the channels of the pixels', () => {
    const image = noise(5, 7, 3, 2)
    const planes = [0, 1, 2].flatMap((c) => [...channelOf(image, c).data])
    expect([...toLayout(image, 'CHW').data]).toEqual(planes)
  })
})
