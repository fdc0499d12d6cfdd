import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { DatasetName } from '../cards/card.ts'
import { openCalibrationPictures } from './calibration-pictures.ts'

let root = ''
beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'pictures-'))))
afterAll(() => rmSync(root, { recursive: true }))

/** A folder with these files, all empty but for the texts given. */
function folderOf(...files: (string | [string, string])[]): string {
  const folder = mkdtempSync(join(root, 'set-'))
  for (const file of files) {
    const [name, text] = typeof file === 'string' ? [file, ''] : file
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

function ids(name: DatasetName, folder: string): string[] {
  const pictures = openCalibrationPictures(name, folder, 'pil')
  return Array.from({ length: pictures.count }, (_, index) => pictures.sample(index).id)
}

test('the picture files of a folder, in name order', () => {
  expect(ids('imagenet', folderOf('b.PNG', 'a.jpeg', 'notes.txt', 'c.jpg'))).toEqual(['a.jpeg', 'b.PNG', 'c.jpg'])
})

test("the training pictures of a data set's folder, never those that are scored", () => {
  const cities = folderOf('leftImg8bit/train/aachen/a.png', 'leftImg8bit/val/ulm/b.png', 'leftImg8bit/train/bonn/c.png')
  expect(ids('cityscapes', cities)).toEqual(['aachen_a.png', 'bonn_c.png'])
  expect(ids('imagenet', folderOf('train/n02/1.JPEG', 'train/n01/1.JPEG', 'val/1.JPEG'))).toEqual([
    'n01_1.JPEG',
    'n02_1.JPEG',
  ])
  expect(ids('coco', folderOf('train2017/1.jpg', 'val2017/2.jpg'))).toEqual(['1.jpg'])
  const voc = folderOf(['VOC2012/ImageSets/Main/train.txt', 'b\na\n'], 'VOC2012/JPEGImages/c.jpg')
  expect(ids('voc', voc)).toEqual(['a.jpg', 'b.jpg'])
})

test.each<[DatasetName, string[], string]>([
  ['coco', ['val2017/2.jpg'], 'holds no pictures'],
  ['voc', ['VOC2012/JPEGImages/a.jpg'], 'holds no pictures'],
  ['cifar10', ['notes.txt'], 'holds no pictures'],
])('refuses %s with %s', (name, files, message) => {
  expect(() => ids(name, folderOf(...files))).toThrow(message)
})

test('a folder that is not there', () => {
  expect(() => ids('imagenet', join(root, 'none'))).toThrow('does not exist')
})
