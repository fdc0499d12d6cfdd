import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { datasetFolder, openCalibrationPictures, openDataset } from './open.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pictures-'))
  for (const name of ['b.PNG', 'a.jpeg', 'notes.txt', 'c.jpg']) writeFileSync(join(folder, name), '')
})
afterAll(() => rmSync(folder, { recursive: true }))

test('finds the folder of a data set', () => {
  vi.stubEnv('OPENMAPPER_CACHE', '/cache')
  expect(datasetFolder('cifar10', undefined)).toBe(join('/cache', 'cifar10'))
  vi.unstubAllEnvs()
  expect(datasetFolder('imagenet', 'here')).toBe('here')
  expect(() => datasetFolder('imagenet', undefined)).toThrow("where is data set 'imagenet'?")
})

test('calibrates with the picture files of a folder, in name order', () => {
  const pictures = openCalibrationPictures('imagenet', folder, 'pil')
  expect([0, 1, 2].map((i) => pictures.sample(i).id)).toEqual(['a.jpeg', 'b.PNG', 'c.jpg'])
  expect(pictures.count).toBe(3)
})

test('refuses folders without pictures and data sets it cannot read', () => {
  expect(() => openCalibrationPictures('imagenet', join(folder, 'none'), 'pil')).toThrow('does not exist')
  expect(() => openDataset('coco', folder, 'pil')).toThrow("data set 'coco' cannot be read yet")
})
