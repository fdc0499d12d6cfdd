import { describe, expect, test } from 'vitest'
import { goldenDifference, readGolden, type GoldenResult } from '../../test/golden/image/golden.ts'
import { noise, unit } from '../../test/golden/image/noise.ts'
import { ConfigError, DataError } from '../errors.ts'
import { makeImage, toLayout } from '../image/image-tensor.ts'
import { buildChain } from './chain.ts'
import { TRANSFORMERS } from './index.ts'
import type { TransformSpec } from './spec.ts'
import { toTensor } from './to-tensor.ts'

interface ChainCase {
  height: number
  width: number
  seed: number
  unit: boolean
  steps: TransformSpec[]
  result: GoldenResult
}

const goldens = readGolden<ChainCase>('transforms.json').map((golden) => ({
  ...golden,
  title: golden.steps.map(({ name }) => name.replace('Transformer', '')).join(' > '),
}))

describe('goldens', () => {
  test.each(goldens)('$title', (golden) => {
    const bytes = noise(golden.height, golden.width, 3, golden.seed)
    expect(goldenDifference(buildChain(golden.steps)(golden.unit ? unit(bytes) : bytes), golden.result)).toBeUndefined()
  })
  test('every transformer is in one of them', () => {
    const used = new Set(goldens.flatMap(({ steps }) => steps.map(({ name }) => name)))
    expect([...TRANSFORMERS.keys()].filter((name) => !used.has(name))).toEqual([])
  })
})

describe('a resize that makes only what the crop behind it keeps gives the pixels of one after the other', () => {
  const resizes: TransformSpec[] = [
    { name: 'PILResizeTransformer', params: { size: 40 } },
    { name: 'ShortSideResizeTransformer', params: { short_size: 40, data_type: 'uint8' } },
    { name: 'ResizeTransformer', params: { target_size: [45, 61], mode: 'opencv', interpolation: 'INTER_CUBIC' } },
    { name: 'ResizeTransformer', params: { target_size: [45, 61] } },
  ]
  const crops: TransformSpec[] = [
    { name: 'CenterCropTransformer', params: { crop_size: 33, data_type: 'uint8' } },
    { name: 'PILCenterCropTransformer', params: { size: 33 } },
    { name: 'PaddedCenterCropTransformer', params: { image_size: 224 } },
    { name: 'LongSideCropTransformer', params: {} },
  ]
  test.each(resizes.flatMap((resize) => crops.map((cut) => ({ resize, cut }))))(
    '$resize.name $resize.params > $cut.name',
    ({ resize, cut }) => {
      const picture = noise(70, 100, 3, 5)
      expect(buildChain([resize, cut])(picture)).toEqual(buildChain([cut])(buildChain([resize])(picture)))
    },
  )
})

describe('mistakes in a list are found before the first picture', () => {
  test.each([
    [
      { name: 'CentreCropTransformer', params: {} },
      /there is no transformer 'CentreCropTransformer': did you mean 'CenterCropTransformer'/,
    ],
    [
      { name: 'CenterCropTransformer', params: { cropsize: 3 } },
      /CenterCropTransformer.crop_size' is missing|unknown key 'cropsize'/,
    ],
    [{ name: 'HWC2CHWTransformer', params: { a: 1 } }, /'a' is not known/],
    [{ name: 'ResizeTransformer', params: { target_size: [3] } }, /target_size/],
    [{ name: 'ResizeTransformer', params: { target_size: [3, 3], mode: 'opencw' } }, /did you mean 'opencv'/],
    [{ name: 'TransposeTransformer', params: { order: [0, 0, 1] } }, /exactly once/],
    [{ name: 'NormalizeTransformer', params: { std: 0 } }, /must not be 0/],
  ])('%j', (spec, message) => {
    expect(() => buildChain([spec])).toThrow(ConfigError)
    expect(() => buildChain([spec])).toThrow(message)
  })
})

describe('pictures that do not fit a step', () => {
  const image = noise(10, 12, 3, 1)
  test.each([
    ['BGR2RGBTransformer', {}, /expects CHW, the image is HWC/],
    ['CHW2HWCTransformer', {}, /expects CHW/],
    ['CenterCropTransformer', { crop_size: 11 }, /cuts 11 x 11 out of a picture of 10 x 12/],
    ['TransposeTransformer', { order: [0, 2, 1] }, /channels between/],
    ['NV12ToYUV444Transformer', { target_size: [10, 12] }, /not NV12/],
    ['MeanTransformer', { means: [1, 2], data_format: 'HWC' }, /2 means, the image has 3/],
  ])('%s %j', (name, params, message) => {
    const run = (): unknown => buildChain([{ name, params }])(image)
    expect(run).toThrow(DataError)
    expect(run).toThrow(message)
  })
  test('Pillow needs bytes, colours need three channels, NV12 the announced size', () => {
    const resize = buildChain([{ name: 'PILResizeTransformer', params: { size: 5 } }])
    expect(() => resize(unit(image))).toThrow(/uint8/)
    const gray = buildChain([{ name: 'RGB2GRAYTransformer', params: { data_format: 'HWC' } }])
    expect(() => gray(gray(image))).toThrow(/needs 3 channels, the image has 1/)
    const yuv = buildChain([
      { name: 'RGB2NV12Transformer', params: { data_format: 'HWC' } },
      { name: 'NV12ToYUV444Transformer', params: { target_size: [12, 10] } },
    ])
    expect(() => yuv(image)).toThrow(/expects 12 x 10, the picture is 10 x 12/)
  })
})

test('a constant picture survives the min-max mapping of the skimage resize', () => {
  const flat = makeImage(new Float32Array(5 * 4 * 3).fill(0.25), 'HWC', { height: 5, width: 4, channels: 3 })
  const out = buildChain([{ name: 'ResizeTransformer', params: { target_size: [2, 7] } }])(flat)
  expect(out.shape).toEqual([2, 7, 3])
  expect([...new Set(out.data)]).toEqual([0.25])
})

test('toTensor adds the batch axis in the layout of the image', () => {
  const image = noise(2, 3, 3, 1)
  expect(toTensor(image).shape).toEqual([1, 2, 3, 3])
  expect(toTensor(toLayout(image, 'CHW')).shape).toEqual([1, 3, 2, 3])
  expect(toTensor(image).dtype).toBe('uint8')
})
