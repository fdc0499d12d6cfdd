import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ConfigError } from '../errors.ts'
import { imageSize, makeImage, toLayout, type ImageTensor } from '../image/image-tensor.ts'
import { buildChain } from './chain.ts'
import type { TransformSpec } from './spec.ts'

const step = (name: string, params: Record<string, unknown> = {}): TransformSpec => ({
  name: `${name}Transformer`,
  params,
})

interface Block {
  top: number
  left: number
  height: number
  width: number
}

/** A black picture with one white block. */
function painted(size: { height: number; width: number }, block: Block): ImageTensor {
  const data = new Uint8Array(size.height * size.width * 3)
  for (let y = block.top; y < block.top + block.height; y++) {
    data.fill(255, (y * size.width + block.left) * 3, (y * size.width + block.left + block.width) * 3)
  }
  return makeImage(data, 'HWC', { ...size, channels: 3 })
}

/** Centre of the light in corner coordinates. */
function centreOfLight(image: ImageTensor): { x: number; y: number } {
  const { data } = toLayout(image, 'HWC')
  const { width, channels } = imageSize(image)
  let [sum, sumX, sumY] = [0, 0, 0]
  for (let i = 0, p = 0; i < data.length; i += channels, p++) {
    sum += data[i]
    sumX += data[i] * ((p % width) + 0.5)
    sumY += data[i] * (Math.floor(p / width) + 0.5)
  }
  return { x: sumX / sum, y: sumY / sum }
}

const CHAINS: TransformSpec[][] = [
  [step('Resize', { target_size: [70, 61], mode: 'opencv' })],
  [step('Resize', { target_size: [70, 61], mode: 'opencv', interpolation: 'INTER_CUBIC' })],
  [step('Resize', { target_size: [150, 171] })],
  [step('ShortSideResize', { short_size: 77 }), step('CenterCrop', { crop_size: 75 }), step('HWC2CHW')],
  [step('PILResize', { size: 77 }), step('PILCenterCrop', { size: 74 })],
  [step('PILResize', { size: [77, 90] }), step('Transpose', { order: [2, 0, 1] })],
  [
    step('PaddedCenterCrop', { image_size: 90, crop_pad: 2 }),
    step('Resize', { target_size: [70, 80], mode: 'opencv' }),
  ],
  [step('PadResize', { target_size: [96, 128], pad_value: 0 }), step('Scale', { scale_value: 2 })],
  [step('PadResize', { target_size: [97, 90], pad_value: 0, pad_position: 'bottom_right' })],
  [step('LongSideCrop')],
  [step('ShortLongResize', { short_size: 81, long_size: 99 })],
  [step('Pad', { size_divisor: 32, target_size: 91 })],
  [step('PadCrop', { target_size: [96, 101] })],
]

test.each(
  CHAINS.map((specs) => [specs.map(({ name }) => name.replace('Transformer', '')).join(' > '), specs] as const),
)('%s puts pixels where it says', (_, specs) => {
  const side = fc.integer({ min: 80, max: 130 })
  const within = fc.double({ min: 0.25, max: 0.45, noNaN: true })
  fc.assert(
    fc.property(side, side, within, within, (height, width, top, left) => {
      const block = { top: Math.round(top * height), left: Math.round(left * width), height: 20, width: 24 }
      const chain = buildChain(specs)
      const out = chain(painted({ height, width }, block))
      const { placement, size } = chain.place({ height, width })
      expect(size).toEqual({ height: imageSize(out).height, width: imageSize(out).width })
      const centre = centreOfLight(out)
      const x = (block.left + block.width / 2) * placement.scaleX + placement.offsetX
      const y = (block.top + block.height / 2) * placement.scaleY + placement.offsetY
      expect(Math.abs(centre.x - x), `x ${centre.x}, placed at ${x}`).toBeLessThan(0.3)
      expect(Math.abs(centre.y - y), `y ${centre.y}, placed at ${y}`).toBeLessThan(0.3)
    }),
    { numRuns: 25 },
  )
})

test('WarpAffine counts from pixel centres, as CenterNet maps boxes back', () => {
  const chain = buildChain([step('WarpAffine', { input_shape: [192, 256], scale: 1.25 })])
  const block = { top: 30, left: 40, height: 20, width: 24 }
  const { placement, size } = chain.place({ height: 90, width: 117 })
  const centre = centreOfLight(chain(painted({ height: 90, width: 117 }, block)))
  expect(size).toEqual({ height: 192, width: 256 })
  expect(Math.abs(centre.x - 0.5 - (51.5 * placement.scaleX + placement.offsetX))).toBeLessThan(0.1)
  expect(Math.abs(centre.y - 0.5 - (39.5 * placement.scaleY + placement.offsetY))).toBeLessThan(0.1)
  // The long side times 1.25 becomes the width, and the middle stays the middle.
  expect(placement.scaleX).toBeCloseTo(256 / (117 * 1.25), 6)
  expect(58.5 * placement.scaleX + placement.offsetX).toBeCloseTo(128, 6)
  expect(45 * placement.scaleY + placement.offsetY).toBeCloseTo(96, 6)
})

test('LongSideCrop makes 70 x 70 of 100 x 70 and 70 x 85 of 70 x 100', () => {
  const { place } = buildChain([step('LongSideCrop')])
  expect(place({ height: 70, width: 100 })).toMatchObject({
    size: { height: 70, width: 70 },
    placement: { offsetX: -15 },
  })
  expect(place({ height: 100, width: 70 })).toMatchObject({
    size: { height: 85, width: 70 },
    placement: { offsetY: 0 },
  })
})

test('worked example: 640 x 480 letterboxed into 416 x 416', () => {
  const chain = buildChain([step('PadResize', { target_size: [416, 416] })])
  expect(chain.place({ height: 480, width: 640 })).toMatchObject({
    placement: { scaleX: 0.65, scaleY: 0.65, offsetX: 0, offsetY: 52 },
    size: { height: 416, width: 416 },
  })
})

test('NV12 and back counts as the picture it shows', () => {
  const chain = buildChain([
    step('Resize', { target_size: [40, 60], mode: 'opencv', data_type: 'uint8' }),
    step('BGR2NV12', { data_format: 'HWC' }),
    step('NV12ToYUV444', { target_size: [40, 60] }),
  ])
  expect(chain.place({ height: 80, width: 60 })).toEqual({
    placement: { scaleX: 1, scaleY: 0.5, offsetX: 0, offsetY: 0 },
    size: { height: 40, width: 60 },
  })
})

test('a crop that does not fit is refused without pixels too', () => {
  const chain = buildChain([step('CenterCrop', { crop_size: 11 })])
  expect(() => chain.place({ height: 10, width: 12 })).toThrow(/cuts 11 x 11 out of a picture of 10 x 12/)
})

test('a strip keeps one column in the letterbox', () => {
  const chain = buildChain([step('PadResize', { target_size: [64, 64], pad_value: 0 })])
  expect(imageSize(chain(painted({ height: 500, width: 1 }, { top: 0, left: 0, height: 500, width: 1 })))).toEqual({
    height: 64,
    width: 64,
    channels: 3,
  })
  expect(chain.place({ height: 500, width: 1 }).placement.scaleX).toBe(1)
})

test('a picture whose rows became columns cannot be mapped back', () => {
  for (const order of [
    [1, 0, 2],
    [2, 1, 0],
    [0, 2, 1],
  ]) {
    const chain = buildChain([step('Transpose', { order })])
    expect(() => chain.place({ height: 3, width: 5 })).toThrow(ConfigError)
  }
  for (const order of [
    [0, 1, 2],
    [2, 0, 1],
    [1, 2, 0],
  ]) {
    const chain = buildChain([step('Transpose', { order })])
    expect(chain.place({ height: 3, width: 5 }).size).toEqual({ height: 3, width: 5 })
  }
})
