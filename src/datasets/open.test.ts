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
