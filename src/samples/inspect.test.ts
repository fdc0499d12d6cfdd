import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { generator } from '../../test/support/random.ts'
import { resolvedInput } from '../../test/support/resolved-input.ts'
import { sharedData } from '../../test/support/shared-data.ts'
import type { ResolvedInput } from '../config/types.ts'
import { elementCount, Tensor } from '../ir/tensor.ts'
import { toMiddleType } from '../prepare/middle-type.ts'
import { SampleInspector } from './inspect.ts'
import { readPicture } from './picture.ts'

const SHAPE = [1, 3, 32, 32]

/** Warnings of single samples, then of the set. */
function inspect(samples: readonly Tensor[], input: ResolvedInput): string[] {
  const inspector = new SampleInspector(input)
  return [...samples.flatMap((sample, i) => inspector.look(sample, `${i}.bin`)), ...inspector.conclude()]
}

const floats = (value: (i: number) => number): Tensor =>
  Tensor.float32(
    SHAPE,
    Array.from({ length: elementCount(SHAPE) }, (_, i) => value(i)),
  )

describe('single samples', () => {
  const input = resolvedInput({ shape: SHAPE })

  test.each<[string, (i: number) => number, RegExp]>([
    [
      '0..1',
      (i) => (i % 256) / 255,
      /from 0 to 1: this looks already normalised\. .*mean and scale belong in the YAML/,
    ],
    ['-2..2', (i) => ((i % 256) - 128) / 64, /from -2 to 1.984: this looks already normalised/],
    ['mean subtracted', (i) => (i % 256) - 117, /already normalised/],
    ['0..1 cut to integers', (i) => i % 2, /already normalised and cut to integers/],
    ['constant', () => 7, /every value is 7: the picture is constant/],
    ['16 bits', (i) => (i % 256) * 257, /from 0 to 6.554e\+4|from 0 to 65540, beyond 0\.\.255/],
  ])('%s', (_, value, expected) => {
    const warnings = inspect([floats(value), floats(value)], input)
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toMatch(/^0\.bin: /)
    expect(warnings[0]).toMatch(expected)
  })

  test('NaN and infinity stop the build', () => {
    for (const bad of [NaN, Infinity]) {
      expect(() => inspect([floats((i) => (i === 5 ? bad : i % 256))], input)).toThrow(/0\.bin holds NaN or infinity/)
    }
  })

  test('featuremaps may hold anything finite that is not one value', () => {
    const feature = resolvedInput({ shape: SHAPE, typeTrain: 'featuremap', typeRt: 'featuremap' })
    expect(inspect([floats((i) => i / 1000 - 1)], feature)).toEqual([])
    expect(inspect([floats(() => 0), floats(() => 1)], feature)).toEqual([expect.stringContaining('every value is 0')])
  })
})

/** Smooth pictures, redder than blue, channels first. */
function smooth(count: number): Tensor[] {
  const next = generator(3)
  return Array.from({ length: count }, () => {
    const [a, b, c] = [next(), next(), next()]
    const tint = [190, 150, 120]
    const data = new Uint8Array(elementCount(SHAPE))
    for (let i = 0; i < data.length; i++) {
      const [channel, y, x] = [Math.floor(i / 1024), Math.floor(i / 32) % 32, i % 32]
      data[i] = tint[channel] * (0.5 + 0.25 * Math.sin(y / (4 + 4 * a) + 6 * b) + 0.25 * Math.sin(x / (3 + 4 * c)))
    }
    return Tensor.of('uint8', SHAPE, data)
  })
}

function turned(sample: Tensor, to: 'NHWC' | 'bgr'): Tensor {
  const source = sample.data as Uint8Array
  const data = source.map((_, i) => {
    if (to === 'NHWC') return source[(i % 3) * 1024 + Math.floor(i / 3)]
    return source[(2 - Math.floor(i / 1024)) * 1024 + (i % 1024)]
  })
  return Tensor.of('uint8', SHAPE, data)
}

describe('whole sets', () => {
  const rgb = resolvedInput({ shape: SHAPE })
  const pictures = smooth(12)
  const yuv = pictures.map((picture) => {
    const middle = toMiddleType(picture, { ...rgb, typeRt: 'yuv444' }).floats()
    return Tensor.of(
      'uint8',
      SHAPE,
      Uint8Array.from(middle, (value) => value + 128),
    )
  })

  test('right ones give no hint', () => {
    expect(inspect(pictures, rgb)).toEqual([])
    expect(inspect(yuv, { ...rgb, typeTrain: 'yuv444', typeRt: 'yuv444' })).toEqual([])
    const nhwc = pictures.map((picture) => turned(picture, 'NHWC').reshape([1, 32, 32, 3]))
    expect(inspect(nhwc, { ...rgb, layoutTrain: 'NHWC', shape: [1, 32, 32, 3] })).toEqual([])
  })

  test('other layout', () => {
    const last = pictures.map((picture) => turned(picture, 'NHWC'))
    expect(inspect(last, rgb)).toEqual([expect.stringMatching(/look NHWC, but input_layout_train is NCHW/)])
    const nhwc: ResolvedInput = { ...rgb, layoutTrain: 'NHWC', shape: [1, 32, 32, 3] }
    const first = pictures.map((picture) => picture.reshape([1, 32, 32, 3]))
    expect(inspect(first, nhwc)).toEqual([expect.stringMatching(/look NCHW, but input_layout_train is NHWC/)])
  })

  test('other colour space', () => {
    expect(inspect(yuv, rgb)).toEqual([expect.stringMatching(/look like yuv444, but input_type_train is rgb/)])
    const wrong: ResolvedInput = { ...rgb, typeTrain: 'yuv444', typeRt: 'yuv444' }
    expect(inspect(pictures, wrong)).toEqual([expect.stringMatching(/look like rgb or bgr, .*yuv444/)])
  })

  test('channels swapped, from ten samples on', () => {
    const swapped = pictures.map((picture) => turned(picture, 'bgr'))
    expect(inspect(swapped, rgb)).toEqual([
      expect.stringMatching(/^channels look swapped: read as rgb, 12 of 12.*bgr\?/),
    ])
    expect(inspect(swapped, { ...rgb, typeTrain: 'bgr', typeRt: 'bgr' })).toEqual([])
    expect(inspect(pictures, { ...rgb, typeTrain: 'bgr', typeRt: 'bgr' })).toHaveLength(1)
    expect(inspect(swapped.slice(0, 9), rgb)).toEqual([])
  })
})

describe('real photographs', () => {
  const folder = sharedData() && join(sharedData()!, 'datasets/imagenet-calibration-100')

  test.skipIf(!folder)('are what they are, and are recognised in the wrong type', async () => {
    const names = readdirSync(folder!, { recursive: true, encoding: 'utf8' }).filter((name) => /\.jpe?g$/i.test(name))
    const rgb = resolvedInput({ shape: [1, 3, 112, 112] })
    const pictures = await Promise.all(
      names.slice(0, 40).map(async (name) => {
        const values = await readPicture(join(folder!, name), rgb)
        return Tensor.of('uint8', rgb.shape, Uint8Array.from(values.floats(), Math.round))
      }),
    )
    expect(pictures).toHaveLength(40)
    expect(inspect(pictures, rgb)).toEqual([])
    expect(inspect(pictures, { ...rgb, typeTrain: 'bgr', typeRt: 'bgr' })).toEqual([expect.stringMatching(/swapped/)])
    expect(inspect(pictures, { ...rgb, layoutTrain: 'NHWC', shape: [1, 112, 112, 3] })).toEqual([
      expect.stringMatching(/look NCHW/),
    ])
  })

  test.skipIf(!sharedData())('32 x 32 pixels suffice', () => {
    const bytes = new Uint8Array(readFileSync(join(sharedData()!, 'datasets/cifar10-mini/test_batch_1000.bin')))
    const record = 1 + elementCount(SHAPE)
    const pictures = Array.from({ length: 200 }, (_, i) =>
      Tensor.of('uint8', SHAPE, bytes.slice(i * record + 1, (i + 1) * record)),
    )
    const rgb = resolvedInput({ shape: SHAPE })
    expect(inspect(pictures, rgb)).toEqual([])
    const last = pictures.map((picture) => turned(picture, 'NHWC'))
    expect(inspect(last, rgb)).toEqual([expect.stringMatching(/look NHWC/)])
  })
})
