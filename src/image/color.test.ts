import { describe, expect, test } from 'vitest'
import { goldenDifference, readGolden, type GoldenResult } from '../../test/golden/image/golden.ts'
import { noise, unit } from '../../test/golden/image/noise.ts'
import { swapChannels, toGray, type ColorOrder } from './color.ts'
import { toFloat32, toLayout, type ImageTensor } from './image-tensor.ts'
import { nv12ToYuv444, toNv12, type Nv12Mode } from './nv12.ts'
import { toYuv444, type YuvRange } from './yuv.ts'

interface ColorCase {
  what: 'gray' | 'nv12' | 'yuv444'
  mode?: Nv12Mode
  range?: YuvRange
  order: ColorOrder
  input: 'uint8' | 'float32'
  result: GoldenResult
}

/** The picture of make_color.py: noise with bands of black, white, red and blue. */
function picture(): ImageTensor {
  const image = noise(64, 50, 3, 42)
  const row = 50 * 3
  image.data.fill(0, 0, 8 * row)
  image.data.fill(255, 8 * row, 16 * row)
  for (let p = 16 * 50; p < 24 * 50; p++) (image.data as Uint8Array).set(p < 20 * 50 ? [255, 0, 0] : [0, 0, 255], p * 3)
  return image
}

function convert({ what, mode, range, order, input }: ColorCase): ImageTensor {
  // Gray and cvtColor to I420 were given the RGB picture under both names, the others BGR where they say so.
  const asIs = order === 'rgb' || what === 'gray' || mode === 'opencv' ? picture() : swapChannels(picture())
  const image = input === 'uint8' ? asIs : what === 'gray' ? unit(asIs) : toFloat32(asIs)
  if (what === 'gray') return toGray(image, order)
  return what === 'nv12' ? toNv12(image, order, mode!) : toYuv444(image, order, range!)
}

test.each(readGolden<ColorCase>('color.json'))('golden $what $mode$range $order $input', (golden) => {
  expect(goldenDifference(convert(golden), golden.result)).toBeUndefined()
})

describe('layouts', () => {
  const hwc = picture()
  const chw = toLayout(hwc, 'CHW')
  test('CHW and HWC give the same colours', () => {
    expect(toLayout(swapChannels(chw), 'HWC')).toEqual(swapChannels(hwc))
    expect(toGray(chw, 'bgr').data).toEqual(toGray(hwc, 'bgr').data)
    expect(toNv12(chw, 'rgb', 'opencv')).toEqual(toNv12(hwc, 'rgb', 'opencv'))
    expect(toLayout(toYuv444(chw, 'rgb', 'video'), 'HWC')).toEqual(toYuv444(hwc, 'rgb', 'video'))
  })
  test('HWC to CHW and back is the same picture', () => {
    expect(chw.shape).toEqual([3, 64, 50])
    expect(toLayout(chw, 'HWC')).toEqual(hwc)
  })
})

describe('NV12', () => {
  test('back to YUV444: luma as it is, chroma of the top-left pixel in all four', () => {
    const full = toYuv444(picture(), 'rgb', 'full')
    const yuv = nv12ToYuv444(toNv12(picture(), 'rgb', 'rgb_calc'), 'HWC')
    expect(yuv.shape).toEqual([64, 50, 3])
    for (const [y, x] of [
      [0, 0],
      [33, 21],
      [63, 49],
      [40, 7],
    ] as const) {
      const at = (y * 50 + x) * 3
      const corner = ((y & ~1) * 50 + (x & ~1)) * 3
      // Float32 storage may round 1.9999999 up to 2 where the doubles are cut.
      expect(Math.abs(yuv.data[at] - full.data[at])).toBeLessThanOrEqual(1)
      expect(Math.abs(yuv.data[at + 1] - full.data[corner + 1])).toBeLessThanOrEqual(1)
      expect(Math.abs(yuv.data[at + 2] - full.data[corner + 2])).toBeLessThanOrEqual(1)
    }
    expect(toLayout(nv12ToYuv444(toNv12(picture(), 'rgb', 'rgb_calc'), 'CHW'), 'HWC')).toEqual(yuv)
  })
  test.each([
    [223, 224],
    [224, 223],
  ])('odd size %i x %i is refused', (height, width) => {
    expect(() => toNv12(noise(height, width, 3, 1), 'rgb', 'rgb_calc')).toThrow(/even height and width.*223/)
  })
  test('other images are not taken for NV12', () => {
    expect(() => nv12ToYuv444(noise(6, 4, 3, 1), 'HWC')).toThrow(/not NV12/)
    expect(() => nv12ToYuv444(noise(7, 4, 1, 1), 'HWC')).toThrow(/not NV12/)
  })
})
