import { describe, expect, test } from 'vitest'
import { resolvedInput } from '../../test/support/resolved-input.ts'
import type { ResolvedInput } from '../config/types.ts'
import { Tensor } from '../ir/tensor.ts'
import { middleTypeName, toMiddleType } from './middle-type.ts'
import { toQuantizedInput } from './quantized-input.ts'

/** One pixel in, one pixel out. */
function pixel(values: readonly number[], fields: Partial<ResolvedInput>): number[] {
  const input = resolvedInput({ ...fields, shape: [1, 3, 1, 1] })
  return [...toMiddleType(Tensor.of('uint8', [1, 3, 1, 1], Uint8Array.from(values)), input).floats()]
}

describe('colours', () => {
  test('same colour: minus 128', () => {
    expect(pixel([0, 128, 255], {})).toEqual([-128, 0, 127])
  })

  test('every byte, in pictures whose bytes are no multiple of four too', () => {
    for (const width of [1, 2, 3, 86]) {
      const bytes = Uint8Array.from({ length: 3 * width }, (_, i) => i)
      const input = resolvedInput({ shape: [1, 3, 1, width] })
      const middle = toMiddleType(Tensor.of('uint8', [1, 3, 1, width], bytes), input)
      expect([...middle.floats()]).toEqual(Array.from(bytes, (byte) => byte - 128))
    }
  })

  test('rgb to bgr and back swap the outer channels', () => {
    expect(pixel([1, 2, 3], { typeRt: 'bgr' })).toEqual([-125, -126, -127])
    expect(pixel([1, 2, 3], { typeTrain: 'bgr', typeRt: 'rgb' })).toEqual([-125, -126, -127])
  })

  // Y = .299R+.587G+.114B, U = -.169R-.331G+.5B+128, V = .5R-.419G-.081B+128, rounded, clipped.
  test.each([
    ['red', [255, 0, 0], [76, 85, 255]],
    ['green', [0, 255, 0], [150, 44, 21]],
    ['blue', [0, 0, 255], [29, 255, 107]],
    ['white', [255, 255, 255], [255, 128, 128]],
    ['orange', [200, 120, 40], [135, 74, 174]],
  ])('full range of %s', (_, rgb, yuv) => {
    const expected = yuv.map((value) => value - 128)
    expect(pixel(rgb, { typeRt: 'yuv444' })).toEqual(expected)
    expect(pixel([...rgb].reverse(), { typeTrain: 'bgr', typeRt: 'yuv444' })).toEqual(expected)
  })

  // Y = .257R+.504G+.098B+16, U = -.148R-.291G+.439B+128, V = .439R-.368G-.071B+128.
  test.each([
    ['red', [255, 0, 0], [82, 90, 240]],
    ['white', [255, 255, 255], [235, 128, 128]],
    ['black', [0, 0, 0], [16, 128, 128]],
  ])('video range of %s', (_, rgb, yuv) => {
    const fields = { typeRt: 'nv12', spaceAndRange: 'bt601_video' } as const
    expect(pixel(rgb, fields)).toEqual(yuv.map((value) => value - 128))
  })

  test('yuv444 pixels stay as they are', () => {
    expect(pixel([76, 85, 255], { typeTrain: 'yuv444', typeRt: 'yuv444' })).toEqual([-52, -43, 127])
  })
})

describe('nv12', () => {
  const shape = [1, 3, 2, 4]
  const train = Tensor.of(
    'uint8',
    shape,
    Uint8Array.from({ length: 24 }, (_, i) => i * 10),
  )
  const fields = { typeTrain: 'yuv444', typeRt: 'nv12' } as const
  const chroma = [
    [80, 80, 100, 100, 80, 80, 100, 100],
    [160, 160, 180, 180, 160, 160, 180, 180],
  ]

  test('every 2x2 block takes the chroma of its top-left pixel, luma stays', () => {
    const middle = toMiddleType(train, resolvedInput({ ...fields, shape }))
    const luma = [0, 10, 20, 30, 40, 50, 60, 70]
    expect([...middle.floats()]).toEqual([...luma, ...chroma.flat()].map((value) => value - 128))
  })

  test('the same in channels last', () => {
    const nchw = [...toMiddleType(train, resolvedInput({ ...fields, shape })).floats()]
    const last = (values: ArrayLike<number>): number[] =>
      Array.from({ length: 24 }, (_, i) => values[(i % 3) * 8 + Math.floor(i / 3)])
    const input = resolvedInput({ ...fields, shape: [1, 2, 4, 3], layoutTrain: 'NHWC' })
    const nhwc = toMiddleType(Tensor.of('uint8', [1, 2, 4, 3], Uint8Array.from(last(train.numbers()))), input)
    expect(nhwc.shape).toEqual([1, 2, 4, 3])
    expect([...nhwc.floats()]).toEqual(last(nchw))
  })
})

test('float pixels are rounded and clipped; the source is not written to', () => {
  const source = Float32Array.from([-3, 254.4, 300])
  const input = resolvedInput({ shape: [1, 3, 1, 1] })
  expect([...toMiddleType(Tensor.float32([1, 3, 1, 1], source), input).floats()]).toEqual([-128, 126, 127])
  expect([...source]).toEqual([-3, expect.closeTo(254.4, 3), 300])
})

test('a featuremap keeps its values and becomes float32', () => {
  const input = resolvedInput({ typeTrain: 'featuremap', typeRt: 'featuremap', shape: [1, 3] })
  const middle = toMiddleType(Tensor.of('uint8', [1, 3], Uint8Array.from([1, 2, 255])), input)
  expect([middle.dtype, ...middle.floats()]).toEqual(['float32', 1, 2, 255])
})

test('names of the middle types', () => {
  const name = (typeRt: ResolvedInput['typeRt']): string => middleTypeName(resolvedInput({ typeRt }))
  expect((['nv12', 'yuv444', 'rgb', 'bgr', 'gray', 'featuremap'] as const).map(name)).toEqual([
    'YUV444_128',
    'YUV444_128',
    'RGB_128',
    'BGR_128',
    'GRAY_128',
    'featuremap',
  ])
})

describe('the quantized input', () => {
  const middle = Tensor.float32([1, 3, 1, 2], [-128, -127, 0, 1, 126, 127])
  const last = [-128, 0, 126, -127, 1, 127]

  test.each([
    ['nv12', 'bayes', undefined, [1, 1, 2, 3]],
    ['rgb', 'bayes', undefined, [1, 3, 1, 2]],
    ['rgb', 'bayes', 'NHWC', [1, 1, 2, 3]],
    ['rgb', 'bernoulli2', 'NCHW', [1, 1, 2, 3]],
    ['rgb', 'generic', 'NCHW', [1, 3, 1, 2]],
  ] as const)('%s on %s with input_layout_rt %s', (typeRt, march, layoutRt, shape) => {
    const input = resolvedInput({ typeRt, layoutRt, shape: [1, 3, 1, 2] })
    const quantized = toQuantizedInput(middle, input, march)
    expect([quantized.dtype, quantized.shape]).toEqual(['int8', shape])
    expect([...(quantized.data as Int8Array)]).toEqual(shape[1] === 3 ? middle.numbers() : last)
  })
})
