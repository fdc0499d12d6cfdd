import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { goldenPath } from '../../test/golden/image/golden.ts'
import { sharedData } from '../../test/support/shared-data.ts'
import { DataError } from '../errors.ts'
import { locateImageNet, openImageNet } from './imagenet.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imagenet-'))
  mkdirSync(join(folder, 'val'))
  copyFileSync(goldenPath('pictures/plain.jpg'), join(folder, 'val', 'a picture.JPEG'))
  writeFileSync(join(folder, 'val.txt'), 'a picture.JPEG 7\r\n\nmissing.JPEG 999\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

test('reads the list and decodes a picture when asked', async () => {
  const dataset = openImageNet(locateImageNet(folder), 'opencv')
  expect(dataset.count).toBe(2)
  const sample = dataset.sample(0)
  expect(sample.id).toBe('a picture.JPEG')
  expect(await sample.truth()).toEqual({ kind: 'class', classId: 7 })
  expect((await sample.image()).shape).toEqual([17, 23, 3])
  await expect(dataset.sample(1).image()).rejects.toThrow(DataError)
})

test.each([
  ['picture.JPEG', /val.txt:1/],
  ['ok.JPEG 5\npicture.JPEG cat', /val.txt:2/],
])('a wrong line %j is named', (text, where) => {
  const list = join(folder, 'bad val.txt')
  writeFileSync(list, text)
  const open = (): unknown => openImageNet({ images: join(folder, 'val'), list }, 'pil')
  expect(open).toThrow(/not a file name and a class/)
  expect(open).toThrow(expect.objectContaining({ where: expect.stringMatching(where) }))
})

test('a class that does not exist costs its picture alone', async () => {
  const list = join(folder, 'classes.txt')
  writeFileSync(list, 'a.JPEG 999\nb.JPEG 1000\nc.JPEG -1\n')
  const dataset = openImageNet({ images: join(folder, 'val'), list }, 'pil')
  expect(await dataset.sample(0).truth()).toEqual({ kind: 'class', classId: 999 })
  await expect(dataset.sample(1).truth()).rejects.toMatchObject({
    stage: 'dataset',
    message: 'class 1000 is not in 0..999',
    where: `${list}:2`,
  })
  await expect(dataset.sample(2).truth()).rejects.toMatchObject({ message: 'class -1 is not in 0..999' })
})

test('what is missing is named with the expected layout', () => {
  const fix = expect.stringContaining('val.txt with one')
  expect(() => locateImageNet(join(folder, 'val'))).toThrow(
    expect.objectContaining({ message: expect.stringContaining('val.txt'), fix }),
  )
  const images = join(folder, 'nothing')
  expect(() => openImageNet({ images, list: join(folder, 'val.txt') }, 'pil')).toThrow(
    expect.objectContaining({ where: images, fix }),
  )
  expect(() => openImageNet({ images: join(folder, 'val'), list: images }, 'pil')).toThrow(/no list of labels/)
  writeFileSync(join(folder, 'empty.txt'), '\n')
  expect(() => openImageNet({ images: join(folder, 'val'), list: join(folder, 'empty.txt') }, 'pil')).toThrow(
    /is empty/,
  )
})

test.skipIf(!sharedData())('the 400 labelled pictures at hand', async () => {
  const dataset = openImageNet(locateImageNet(join(sharedData()!, 'datasets/imagenet-compatible-mini')), 'pil')
  expect(dataset.count).toBe(400)
  const image = await dataset.sample(399).image()
  expect(image.shape[2]).toBe(3)
})
