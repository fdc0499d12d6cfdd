import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { projectRoot } from '../../test/support/shared-data.ts'
import type { Card, DatasetName } from '../cards/card.ts'
import { calibrationFolder, datasetFolder, findCalibrationPictures, findDataset } from './locate.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'locate-'))
  vi.stubEnv('OPENMAPPER_CACHE', join(root, 'cache'))
  vi.stubEnv('OPENMAPPER_DATA', join(root, 'data'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true })
})

const card = (dataset: DatasetName): Card =>
  ({ path: join(root, 'clone/zoo/08_more/net/model.yaml'), dataset }) as Partial<Card> as Card

function touch(...files: string[]): void {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), '')
  }
}

test('the folder that was named, then that of the clone, the cache, the data folder', () => {
  expect(datasetFolder(card('imagenet'), 'here')).toBe('here')
  touch('data/datasets/imagenet-calibration-100/a.jpg', 'data/datasets/imagenet-mini/val.txt')
  expect(findDataset(card('imagenet'))).toBe(join(root, 'data/datasets/imagenet-mini'))
  touch('clone/zoo/01_common/data/imagenet/val.txt')
  expect(datasetFolder(card('imagenet'), undefined)).toBe(join(root, 'clone/zoo/01_common/data/imagenet'))
  touch('data/datasets/cifar10/test_batch.bin')
  expect(findDataset(card('cifar10'))).toBe(join(root, 'data/datasets/cifar10'))
  touch('cache/cifar10/test_batch.png')
  expect(findDataset(card('cifar10'))).toBe(join(root, 'cache/cifar10'))
})

test.each<[DatasetName, string, string]>([
  ['imagenet', 'data/datasets/imagenet-calibration-100/a.jpg', 'data/datasets/imagenet-calibration-100'],
  ['coco', 'clone/zoo/01_common/calibration_data/coco/a.jpg', 'clone/zoo/01_common/calibration_data/coco'],
  ['coco', 'clone/zoo/01_common/data/coco/train2017/a.jpg', 'clone/zoo/01_common/data/coco'],
  ['voc', 'data/datasets/coco-calibration-60/a.jpg', 'data/datasets/coco-calibration-60'],
  ['cityscapes', 'data/datasets/cityscapes-mini/leftImg8bit/train/a/b.png', 'data/datasets/cityscapes-mini'],
  ['cifar10', 'cache/cifar10/data_batch_1.png', 'cache/cifar10'],
])('%s is calibrated with %s', (name, file, folder) => {
  expect(findCalibrationPictures(card(name))).toBeUndefined()
  touch(file)
  expect(findCalibrationPictures(card(name))).toBe(join(root, folder))
})

test('a folder with pictures to be scored alone calibrates nothing', () => {
  touch('data/datasets/coco-mini/annotations/instances_val2017.json', 'data/datasets/coco-mini/val2017/a.jpg')
  expect(findDataset(card('coco'))).toBe(join(root, 'data/datasets/coco-mini'))
  expect(findCalibrationPictures(card('coco'))).toBeUndefined()
})

test('what belongs where is said', () => {
  expect(() => datasetFolder(card('cityscapes'), undefined)).toThrow(
    expect.objectContaining({
      message: "where is data set 'cityscapes'?",
      fix: expect.stringContaining('zoo/01_common/data/cityscapes: leftImg8bit/val/'),
    }),
  )
  expect(() => calibrationFolder(card('voc'), undefined)).toThrow(
    expect.objectContaining({ where: '--src', fix: expect.stringContaining('zoo/01_common/calibration_data/voc') }),
  )
  expect(datasetFolder(card('cifar10'), undefined)).toBe(join(root, 'cache/cifar10'))
})

test('a card outside of a zoo has the data sets of the clone that runs', () => {
  const own = { ...card('coco'), path: '/elsewhere/model.yaml' }
  const place = join(projectRoot, 'zoo/01_common/data/coco')
  expect(() => datasetFolder(own, undefined)).toThrow(
    expect.objectContaining({ fix: expect.stringContaining(`put it into ${place}: annotations/`) }),
  )
  touch('data/datasets/coco-mini/annotations/instances_val2017.json')
  expect(findDataset(own)).toBe(join(root, 'data/datasets/coco-mini'))
})
