import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Dataset, Sample } from '../datasets/dataset.ts'
import { choosePictures } from './evaluation-part.ts'

let folder = ''
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'part-'))))
afterAll(() => rmSync(folder, { recursive: true }))

const dataset: Dataset = { name: 'x', count: 250, sample: (index) => ({ id: `city/picture ${index}.jpg` }) as Sample }
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index)

function listed(text: string): number[] {
  writeFileSync(join(folder, 'val_piece.txt'), text)
  return choosePictures({ ...dataset, sample: (index) => ({ id: `city/p${index}.jpg` }) as Sample }, folder, 'short')
}

test('all, the first, or the first hundred where there is no list', () => {
  expect(choosePictures(dataset, folder, undefined)).toEqual(range(250))
  expect(choosePictures(dataset, folder, { first: 7 })).toEqual(range(7))
  expect(choosePictures(dataset, folder, { first: 700 })).toEqual(range(250))
  expect(choosePictures(dataset, join(folder, 'none'), 'short')).toEqual(range(100))
})

test('the pictures of the list, in the order of the data set, each once', () => {
  expect(listed('p7.jpg 12\n\np3\r\np7.jpg 12\n')).toEqual([3, 7])
})

test('a wrong list is named with its line', () => {
  expect(() => listed('p7.jpg\np250.jpg\n')).toThrow(
    expect.objectContaining({
      message: "the data set has no picture 'p250.jpg'",
      where: expect.stringMatching(/val_piece.txt:2$/),
    }),
  )
  expect(() => listed('\n')).toThrow('the short list is empty')
})
