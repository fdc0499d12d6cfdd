import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { DATASETS } from '../cards/card.ts'
import { classNames, datasetFolder, openDataset } from './open.ts'

afterEach(() => void vi.unstubAllEnvs())

test('finds the folder of a data set', () => {
  vi.stubEnv('OPENMAPPER_CACHE', '/cache')
  expect(datasetFolder('cifar10', undefined)).toBe(join('/cache', 'cifar10'))
  expect(datasetFolder('imagenet', 'here')).toBe('here')
})

test.each(DATASETS.filter((name) => name !== 'cifar10'))('asks for the folder of %s and says what it holds', (name) => {
  expect(() => datasetFolder(name, undefined)).toThrow(
    expect.objectContaining({ message: `where is data set '${name}'?`, fix: expect.stringMatching(/\(.*\/\)|\//) }),
  )
})

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
