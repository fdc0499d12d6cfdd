import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolvedInput } from '../../test/support/resolved-input.ts'
import { noise } from '../../test/golden/image/noise.ts'
import { Tensor } from '../ir/tensor.ts'
import { toMiddleType } from '../prepare/middle-type.ts'
import { fromRuntimeBytes, toRuntimeBytes } from '../prepare/runtime-input.ts'
import { type Reporter, silent } from '../reporter.ts'
import { fromRgb } from '../image/reader.ts'
import { evalPreprocess } from './eval-preprocess.ts'
import { EVAL_MODELS } from './models.ts'
import { preprocessorOf } from './preprocessors.ts'
import { listRuntimeFiles, readRuntimeFile } from './runtime-files.ts'

let root = ''
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'eval-preprocess-'))
  mkdirSync(join(root, 'pictures'))
  for (const [index, name] of ['b.png', 'a_1.JPG', 'c.jpeg'].entries()) {
    const { data } = noise(20, 30, 3, index)
    const picture = sharp(data, { raw: { width: 30, height: 20, channels: 3 } })
    await (name.endsWith('png') ? picture.png() : picture.jpeg()).toFile(join(root, 'pictures', name))
  }
  writeFileSync(join(root, 'pictures', 'notes.txt'), '')
  writeFileSync(join(root, 'pictures', 'broken.jpg'), 'no picture')
})
afterAll(() => rmSync(root, { recursive: true }))

describe('every name of the manual', () => {
  const sizes: Partial<Record<string, [number, number]>> = {
    mobilenetv1: [224, 224],
    efficientnet_lite4: [300, 300],
    efficientnasnet_s: [280, 280],
    yolov2_darknet19: [608, 608],
    centernet_resnet101: [512, 512],
    fcos_resnet50: [1024, 1024],
    fastscnn_efficientnetb0: [1024, 2048],
  }
  test.each(Object.keys(EVAL_MODELS))('%s gives NV12 of an even size', (name) => {
    const { reader, apply } = preprocessorOf(name)
    const { bytes, size } = apply(fromRgb(noise(300, 260, 3, 5), reader))
    expect(bytes.length).toBe((size.height * size.width * 3) / 2)
    expect([size.height, size.width]).toEqual(sizes[name] ?? [size.height, size.width])
  })
})

describe('evalPreprocess', () => {
  const run = (images: string, options: { list?: string; reporter?: Reporter } = {}) =>
    evalPreprocess({
      preprocessor: preprocessorOf('ssd_mobilenetv1'),
      images,
      list: options.list,
      output: join(root, 'out'),
      reporter: options.reporter ?? silent,
    })
  test('names files after the picture and both sizes; skips what is no picture, and says so', async () => {
    const warnings: string[] = []
    const files = await run(join(root, 'pictures'), { reporter: { ...silent, warn: (line) => warnings.push(line) } })
    expect(files).toEqual(['a_1', 'b', 'c'].map((stem) => join(root, 'out', `${stem}_20_30_300_300.bin`)))
    expect(readFileSync(files[0])).toHaveLength((300 * 300 * 3) / 2)
    expect(warnings).toEqual([
      '1 files are skipped, they are no jpg, jpeg or png: notes.txt',
      expect.stringContaining('broken.jpg is skipped: cannot read the picture'),
    ])
  })
  test('one picture; a list in its own order', async () => {
    expect(await run(join(root, 'pictures/b.png'))).toEqual([join(root, 'out/b_20_30_300_300.bin')])
    const list = join(root, 'val.txt')
    writeFileSync(list, 'c\r\nb.png 7\n\n')
    expect(await run(join(root, 'pictures'), { list })).toEqual(
      ['c', 'b'].map((stem) => join(root, 'out', `${stem}_20_30_300_300.bin`)),
    )
    writeFileSync(list, 'c\nz\n')
    await expect(run(join(root, 'pictures'), { list })).rejects.toMatchObject({
      message: "there is no picture 'z'",
      where: `${list}:2`,
    })
  })
  test('what is missing is named', async () => {
    await expect(run(join(root, 'none'))).rejects.toThrow('it does not exist')
    await expect(run(join(root, 'pictures/broken.jpg'))).rejects.toThrow('none of its pictures could be read')
    expect(() => preprocessorOf('mobilenet_v1')).toThrow(
      expect.objectContaining({ fix: expect.stringContaining("did you mean 'mobilenetv1'?") }),
    )
  })
})

describe('bytes of the runtime go back to the same middle type', () => {
  const pixels = (shape: readonly number[]): Tensor =>
    Tensor.of('uint8', shape, noise(8, 8, shape.includes(1, 1) ? 1 : 3, 3).data)
  test.each([
    [
      'nv12 from rgb',
      resolvedInput({ shape: [1, 3, 8, 8], typeTrain: 'rgb', typeRt: 'nv12', layoutRt: undefined }),
      96,
    ],
    [
      'nv12 from NHWC',
      resolvedInput({ shape: [1, 8, 8, 3], layoutTrain: 'NHWC', typeRt: 'nv12', layoutRt: undefined }),
      96,
    ],
    ['bgr, other layout', resolvedInput({ shape: [1, 3, 8, 8], typeRt: 'bgr', layoutRt: 'NHWC' }), 192],
    ['yuv444', resolvedInput({ shape: [1, 3, 8, 8], typeTrain: 'yuv444', typeRt: 'yuv444', layoutRt: 'NCHW' }), 192],
    ['gray', resolvedInput({ shape: [1, 1, 8, 8], typeTrain: 'gray', typeRt: 'gray', layoutRt: 'NHWC' }), 64],
  ] as const)('%s', (_, input, length) => {
    const middle = toMiddleType(pixels(input.shape), input)
    const bytes = toRuntimeBytes(middle, input)
    expect(bytes).toHaveLength(length)
    expect(fromRuntimeBytes(bytes, input)).toEqual(middle)
    expect(fromRuntimeBytes(Buffer.from(bytes), input)).toEqual(middle)
    expect(() => fromRuntimeBytes(bytes.subarray(1), input)).toThrow(`${length - 1} bytes`)
  })
  test('a featuremap stays float32', () => {
    const input = resolvedInput({ shape: [1, 2], typeTrain: 'featuremap', typeRt: 'featuremap' })
    const values = Tensor.float32([1, 2], [0.5, -3])
    expect(fromRuntimeBytes(toRuntimeBytes(values, input), input)).toEqual(values)
  })
})

test('files are found by the name of their picture', () => {
  const folder = join(root, 'files')
  mkdirSync(folder)
  writeFileSync(join(folder, 'a_1_20_30_8_8.bin'), 'x')
  writeFileSync(join(folder, 'readme.txt'), '')
  const files = listRuntimeFiles(folder)
  expect([...files]).toEqual([
    ['a_1', { path: join(folder, 'a_1_20_30_8_8.bin'), original: { height: 20, width: 30 } }],
  ])
  expect(readRuntimeFile(files, 'city/a_1.jpg', folder).original).toEqual({ height: 20, width: 30 })
  expect(() => readRuntimeFile(files, 'b.jpg', folder)).toThrow('there is no file for b.jpg')
  expect(existsSync(join(folder, 'a_1_20_30_8_8.bin'))).toBe(true)
})
