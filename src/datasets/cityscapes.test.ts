import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readFileSync } from 'node:fs'
import { sharedData } from '../../test/support/shared-data.ts'
import { CITYSCAPES_CLASSES, CLASS_OF_LABEL_ID } from './classes/cityscapes.ts'
import { openCityscapes } from './cityscapes.ts'

let root = ''
beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'cityscapes-'))))
afterAll(() => rmSync(root, { recursive: true }))

async function png(path: string, width: number, height: number, values: readonly number[]): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const channels = (values.length / width / height) as 1 | 3
  await sharp(Buffer.from(values), { raw: { width, height, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png()
    .toFile(path)
}

const picture = (folder: string, frame: string): string => join(folder, `leftImg8bit/val/${frame}_leftImg8bit.png`)
const labels = (folder: string, frame: string): string => join(folder, `gtFine/val/${frame}_gtFine_labelIds.png`)

async function folderOf(...masks: { width: number; height: number; values: readonly number[] }[]): Promise<string> {
  const folder = mkdtempSync(join(root, 'set-'))
  for (const [index, { width, height, values }] of masks.entries()) {
    await png(picture(folder, `city/city_${index}`), 3, 2, Array<number>(18).fill(10 * index))
    await png(labels(folder, `city/city_${index}`), width, height, values)
  }
  return folder
}

test('label ids become the 19 classes, all others 255', async () => {
  const folder = await folderOf({ width: 3, height: 2, values: [7, 8, 33, 0, 29, 255] })
  const sample = openCityscapes(folder, 'pil').sample(0)
  expect(sample.id).toBe('city/city_0_leftImg8bit.png')
  expect(await sample.truth()).toEqual({
    kind: 'mask',
    mask: { width: 3, height: 2, labels: Uint8Array.of(0, 1, 18, 255, 255, 255) },
  })
  expect((await sample.image()).shape).toEqual([2, 3, 3])
})

describe('a wrong label map costs its picture and is named', () => {
  test.each([
    [{ width: 2, height: 3, values: [7, 7, 7, 7, 7, 7] }, 'the label map is 2 x 3, its picture 3 x 2'],
    [{ width: 3, height: 2, values: [7, 7, 34, 7, 7, 7] }, 'label id 34 is not in 0..33'],
    [{ width: 3, height: 2, values: Array<number>(18).fill(7) }, '3 channels of uchar'],
  ])('%#', async (mask, message) => {
    const folder = await folderOf(mask)
    await expect(openCityscapes(folder, 'pil').sample(0).truth()).rejects.toMatchObject({
      stage: 'dataset',
      message: expect.stringContaining(message),
      where: labels(folder, 'city/city_0'),
    })
  })
  test('half a frame', async () => {
    const mask = { width: 3, height: 2, values: [7, 7, 7, 7, 7, 7] }
    const folder = await folderOf(mask, mask)
    rmSync(labels(folder, 'city/city_0'))
    rmSync(picture(folder, 'city/city_1'))
    const dataset = openCityscapes(folder, 'pil')
    expect(dataset.count).toBe(2)
    await expect(dataset.sample(0).truth()).rejects.toMatchObject({
      message: 'there is no label map',
      where: expect.stringContaining('city_0_gtFine_labelIds.png'),
    })
    await expect(dataset.sample(1).image()).rejects.toMatchObject({ where: picture(folder, 'city/city_1') })
    await expect(dataset.sample(1).truth()).rejects.toMatchObject({ stage: 'dataset' })
  })
})

test('what is missing is named', async () => {
  const folder = await folderOf({ width: 3, height: 2, values: [7, 7, 7, 7, 7, 7] })
  rmSync(join(folder, 'gtFine'), { recursive: true })
  expect(() => openCityscapes(folder, 'pil')).toThrow(
    expect.objectContaining({
      message: `there is no ${join(folder, 'gtFine/val')}`,
      fix: expect.stringContaining('gtFine_trainvaltest.zip'),
    }),
  )
})

describe.skipIf(!sharedData())('with the data at hand', () => {
  test('the table of label ids is the one of the Cityscapes scripts', () => {
    const file = join(sharedData()!, 'datasets/eval-oracles/cityscapes/labels.json')
    const table = JSON.parse(readFileSync(file, 'utf8')) as {
      name: string
      id: number
      trainId: number
      color: number[]
    }[]
    for (const { id, trainId } of table.filter((label) => label.id >= 0)) expect(CLASS_OF_LABEL_ID[id]).toBe(trainId)
    for (const { trainId, name, color } of table.filter((label) => label.trainId >= 0 && label.trainId < 255)) {
      expect(CITYSCAPES_CLASSES[trainId]).toMatchObject({ name, color })
    }
  })
  test('five frames', async () => {
    const dataset = openCityscapes(join(sharedData()!, 'datasets/cityscapes-mini'), 'opencv')
    expect(dataset.count).toBe(5)
    const truth = await dataset.sample(0).truth()
    expect(truth).toMatchObject({ mask: { width: 2048, height: 1024 } })
  })
})
