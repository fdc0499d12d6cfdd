import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { goldenPath } from '../../test/golden/image/golden.ts'
import { sharedData } from '../../test/support/shared-data.ts'
import { cocoClassNames, openCoco } from './coco.ts'

let root = ''
beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'coco-'))))
afterAll(() => rmSync(root, { recursive: true }))

const IMAGES = [
  { id: 7, file_name: 'a.jpg' },
  { id: 9, file_name: 'b.jpg' },
]
const CATEGORIES = [
  { id: 90, name: 'toothbrush' },
  { id: 13, name: 'stop sign' },
]

/** A folder with an annotation file of this content, and one of the two pictures in `pictures`. */
function folderOf(content: object | string, pictures = 'images'): string {
  const folder = mkdtempSync(join(root, 'set-'))
  mkdirSync(join(folder, 'annotations'))
  mkdirSync(join(folder, pictures), { recursive: true })
  copyFileSync(goldenPath('pictures/plain.jpg'), join(folder, pictures, 'a.jpg'))
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  writeFileSync(join(folder, 'annotations/instances_val2017.json'), text)
  return folder
}

const object = (more: object): object => ({ image_id: 7, category_id: 13, bbox: [1, 2, 10, 20], ...more })
const content = (annotations: readonly object[]): object => ({ images: IMAGES, categories: CATEGORIES, annotations })

describe('reads boxes, crowds, areas and pictures', () => {
  const annotations = [object({ area: 55.5, iscrowd: 0 }), object({ category_id: 90, iscrowd: 1 })]
  test.each(['images', 'val2017', 'images/val2017'])('pictures in %s', async (pictures) => {
    const dataset = openCoco(folderOf(content(annotations), pictures), 'opencv')
    expect(dataset.count).toBe(2)
    expect(dataset.sample(0).id).toBe('a.jpg')
    expect(await dataset.sample(0).truth()).toEqual({
      kind: 'boxes',
      boxes: [
        { box: [1, 2, 11, 22], classId: 11, crowd: false, area: 55.5 },
        { box: [1, 2, 11, 22], classId: 79, crowd: true },
      ],
    })
    expect((await dataset.sample(0).image()).shape).toEqual([17, 23, 3])
  })
  test('a picture without objects counts; one that is not there costs itself', async () => {
    const sample = openCoco(folderOf(content(annotations)), 'opencv').sample(1)
    expect(await sample.truth()).toEqual({ kind: 'boxes', boxes: [] })
    await expect(sample.image()).rejects.toMatchObject({ stage: 'dataset', where: expect.stringContaining('b.jpg') })
  })
})

describe('classes', () => {
  test("COCO's keep their numbers and have Chinese names", () => {
    expect(cocoClassNames(folderOf(content([])))[11]).toEqual({ name: 'stop sign', zh: '停车标志' })
  })
  test("a file's own are numbered in order of their ids", async () => {
    const categories = [
      { id: 5, name: 'gear' },
      { id: 2, name: 'bolt' },
    ]
    const folder = folderOf({ images: IMAGES, categories, annotations: [object({ category_id: 5 })] })
    expect(cocoClassNames(folder)).toEqual([{ name: 'bolt' }, { name: 'gear' }])
    expect(await openCoco(folder, 'pil').sample(0).truth()).toMatchObject({ boxes: [{ classId: 1 }] })
  })
})

describe('a wrong object costs its picture and is named', () => {
  test.each([
    [object({ category_id: 12 }), 'annotations[1]: category 12 is none of'],
    [object({ bbox: [1, 2, 3] }), 'annotations[1]: bbox is not four numbers'],
    [object({ bbox: [1, 2, -3, 4] }), 'annotations[1]: bbox is -3 x 4 pixels'],
  ])('%#', async (wrong, message) => {
    const dataset = openCoco(folderOf(content([object({ image_id: 9 }), wrong, object({})])), 'pil')
    await expect(dataset.sample(0).truth()).rejects.toMatchObject({
      stage: 'dataset',
      message: expect.stringContaining(message),
      where: expect.stringContaining('instances_val2017.json'),
    })
    expect(await dataset.sample(1).truth()).toMatchObject({ boxes: [{ classId: 11 }] })
  })
})

describe('what is missing or no COCO file is named', () => {
  const whole = JSON.stringify(content([object({})]), null, 1)
  test.each([
    ['cut in a string', whole.slice(0, whole.indexOf('a.jpg') + 2), /:5:20$/, 'ends in the middle'],
    ['cut between', whole.slice(0, -3), /:\d+:\d+$/, 'ends in the middle'],
    ['broken', whole.replace('"id": 9,', '"id": 9;'), /:8:\d+$/, 'not valid JSON'],
    ['no annotations', JSON.stringify({ images: IMAGES, categories: CATEGORIES }), /json$/, "no list 'annotations'"],
    ['no file name', JSON.stringify({ ...content([]), images: [{ id: 1 }] }), /json$/, 'images[0]: a picture has'],
    ['no image_id', JSON.stringify(content([{ category_id: 13 }])), /json$/, 'annotations[0]: an object has'],
    ['no name', JSON.stringify({ ...content([]), categories: [{ id: 1 }] }), /json$/, 'categories[0]: a category'],
  ])('%s', (_, text, where, message) => {
    let error: unknown
    try {
      openCoco(folderOf(text), 'pil')
    } catch (caught) {
      error = caught
    }
    expect(error).toMatchObject({
      where: expect.stringMatching(where),
      message: expect.stringContaining(message),
    })
  })
  test('no pictures, no annotations', () => {
    const folder = folderOf(content([]))
    rmSync(join(folder, 'images'), { recursive: true })
    const fix = expect.stringContaining('cocodataset.org')
    expect(() => openCoco(folder, 'pil')).toThrow(expect.objectContaining({ code: 'DATA_DATASET_INCOMPLETE', fix }))
    expect(() => openCoco(root, 'pil')).toThrow(/there is no .*annotations.instances_val2017.json/)
  })
})

test.skipIf(!sharedData())('the 79 pictures at hand', async () => {
  const dataset = openCoco(join(sharedData()!, 'datasets/coco-mini'), 'opencv')
  expect(dataset.count).toBe(79)
  let [objects, crowds] = [0, 0]
  for (let index = 0; index < dataset.count; index++) {
    const truth = await dataset.sample(index).truth()
    if (truth.kind !== 'boxes') throw new TypeError(truth.kind)
    objects += truth.boxes.length
    crowds += truth.boxes.filter(({ crowd }) => crowd).length
  }
  expect(objects).toBe(750)
  expect(crowds).toBeGreaterThan(0)
  expect((await dataset.sample(78).image()).shape[2]).toBe(3)
})
