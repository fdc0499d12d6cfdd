import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DATASETS } from '../cards/card.ts'
import { classNames, openDataset } from './open.ts'

test.each(DATASETS)('a folder that is not there is no %s', (name) => {
  expect(() => openDataset(name, '/nowhere', 'pil')).toThrow(
    expect.objectContaining({ code: 'DATA_DATASET_INCOMPLETE', stage: 'dataset', fix: expect.any(String) }),
  )
})

test.each([
  ['cifar10', 10],
  ['coco', 80],
  ['voc', 20],
  ['cityscapes', 19],
] as const)('names the classes of %s in two languages', (name, count) => {
  const names = classNames(name, undefined)!
  expect(new Set(names.map((word) => word.name)).size).toBe(count)
  expect(new Set(names.map(({ zh }) => zh)).size).toBe(count)
})

test('names the classes of imagenet where their list lies beside the pictures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'names-'))
  expect(classNames('imagenet', undefined)).toBeUndefined()
  expect(classNames('imagenet', folder)).toBeUndefined()
  const list = join(folder, 'synset.txt')
  const lines = Array.from({ length: 998 }, (_, index) => `n0000${index + 1000} thing ${index}`)
  writeFileSync(list, ["'n01440764 tench, Tinca tinca'", 'just a name', ...lines, ''].join('\n'))
  const names = classNames('imagenet', folder)!
  expect(names.slice(0, 3).map(({ name }) => name)).toEqual(['tench, Tinca tinca', 'just a name', 'thing 0'])
  writeFileSync(list, 'cat\ndog\n')
  expect(() => classNames('imagenet', folder)).toThrow(
    expect.objectContaining({ code: 'DATA_BAD_CLASS_NAMES', where: list }),
  )
  rmSync(folder, { recursive: true })
})
