import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { goldenPath } from '../../test/golden/image/golden.ts'
import { sharedData } from '../../test/support/shared-data.ts'
import { openVoc } from './voc.ts'

let root = ''
beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'voc-'))))
afterAll(() => rmSync(root, { recursive: true }))

const CAT = `<annotation>
  <filename>a.jpg</filename>
  <object><name>cat</name><difficult>1</difficult>
    <bndbox><xmin>2</xmin><ymin>3.5</ymin><xmax>10</xmax><ymax>12</ymax></bndbox>
  </object>
  <object>
    <name>person</name>
    <bndbox><xmax>23</xmax><xmin>1</xmin><ymax>17</ymax><ymin>1</ymin></bndbox>
    <part><name>head</name><bndbox><xmin>5</xmin><ymin>5</ymin><xmax>6</xmax><ymax>6</ymax></bndbox></part>
  </object>
</annotation>
`

/** One year's folder below `parent`, with a picture, its annotation, and a list that names another picture too. */
function yearOf(parent: string, xml = CAT, list = 'val.txt'): string {
  const folder = join(root, parent)
  for (const part of ['Annotations', 'ImageSets/Main', 'JPEGImages']) mkdirSync(join(folder, part), { recursive: true })
  copyFileSync(goldenPath('pictures/plain.jpg'), join(folder, 'JPEGImages/a.jpg'))
  writeFileSync(join(folder, 'Annotations/a.xml'), xml)
  writeFileSync(join(folder, 'ImageSets/Main', list), 'a\r\nb\n')
  return folder
}

describe('finds the year and its list', () => {
  test('VOCdevkit with both years: 2012', async () => {
    yearOf('both/VOCdevkit/VOC2007')
    const year = yearOf('both/VOCdevkit/VOC2012')
    for (const folder of [join(root, 'both'), join(root, 'both/VOCdevkit'), year]) {
      const dataset = openVoc(folder, 'opencv')
      expect(dataset.count).toBe(2)
      expect(dataset.sample(0).id).toBe('a.jpg')
      expect((await dataset.sample(0).image()).shape).toEqual([17, 23, 3])
    }
  })
  test('2007 alone is not taken for 2012, but is scored when named', () => {
    const year = yearOf('old/VOCdevkit/VOC2007', CAT, 'test.txt')
    expect(() => openVoc(join(root, 'old'), 'pil')).toThrow(
      expect.objectContaining({ message: expect.stringContaining('only VOC2007'), fix: expect.stringContaining(year) }),
    )
    expect(openVoc(year, 'pil').count).toBe(2)
  })
})

test('pixels are counted from 1, parts of a person are no objects', async () => {
  const dataset = openVoc(yearOf('right/VOC2012'), 'pil')
  expect(await dataset.sample(0).truth()).toEqual({
    kind: 'boxes',
    boxes: [
      { box: [1, 2.5, 10, 12], classId: 7, difficult: true },
      { box: [0, 0, 23, 17], classId: 14, difficult: false },
    ],
  })
  await expect(dataset.sample(1).truth()).rejects.toMatchObject({ message: expect.stringContaining('b.xml') })
})

describe('a wrong annotation is named with its line', () => {
  test.each([
    [CAT.replace('>cat<', '>kat<'), /xml:3$/, "'kat' is none of VOC's 20 classes"],
    [CAT.replace('<xmin>1</xmin>', ''), /xml:6$/, 'the person has no bndbox'],
    [CAT.slice(0, 120), /:4:\d+$/, 'not valid XML: unclosed tag'],
    [CAT.replace('</name>', '</nam>'), /:3:\d+$/, 'not valid XML'],
  ])('%#', async (xml, where, message) => {
    await expect(openVoc(yearOf('wrong/VOC2012', xml), 'pil').sample(0).truth()).rejects.toMatchObject({
      stage: 'dataset',
      message: expect.stringContaining(message),
      where: expect.stringMatching(where),
    })
  })
})

test('what is missing is named', () => {
  const year = yearOf('missing/VOC2012')
  const fix = expect.stringContaining('VOCtrainval')
  rmSync(join(year, 'JPEGImages'), { recursive: true })
  expect(() => openVoc(join(root, 'missing'), 'pil')).toThrow(
    expect.objectContaining({ message: `there is no ${join(year, 'JPEGImages')}`, fix }),
  )
  writeFileSync(join(year, 'ImageSets/Main/val.txt'), '\n')
  mkdirSync(join(year, 'JPEGImages'))
  expect(() => openVoc(year, 'pil')).toThrow(/val.txt is empty/)
  rmSync(join(year, 'ImageSets/Main/val.txt'))
  expect(() => openVoc(year, 'pil')).toThrow(/there is no .*val.txt/)
  expect(() => openVoc(join(root, 'none'), 'pil')).toThrow(expect.objectContaining({ fix }))
})

describe('a box list of VOC2007', () => {
  function listOf(boxes: string, difficult: string): string {
    const folder = mkdtempSync(join(root, 'list-'))
    mkdirSync(join(folder, 'JPEGImages'))
    copyFileSync(goldenPath('pictures/plain.jpg'), join(folder, 'JPEGImages/a.jpg'))
    writeFileSync(join(folder, 'voc07_test.txt'), boxes)
    writeFileSync(join(folder, 'voc07_test_difficult.txt'), difficult)
    return folder
  }
  test('the pictures that are there, and how many are not', async () => {
    const dataset = openVoc(listOf('b.jpg 1 1 2 2 0\na.jpg 2 3 10 12 7 1 1 23 17 14\n', 'b.jpg 0\na.jpg 1 0\n'), 'pil')
    expect(dataset).toMatchObject({ count: 1, note: '1 of the 2 pictures of voc07_test.txt are there' })
    expect(await dataset.sample(0).truth()).toEqual({
      kind: 'boxes',
      boxes: [
        { box: [1, 2, 10, 12], classId: 7, difficult: true },
        { box: [0, 0, 23, 17], classId: 14, difficult: false },
      ],
    })
  })
  test.each([
    ['a.jpg 2 3 10 12 20', 'a.jpg 0', 'class 20 is not in 0..19'],
    ['a.jpg 2 3 10 12', 'a.jpg 0', 'five whole numbers'],
    ['a.jpg 2 3 10 12 7', 'a.jpg', 'a 0 or 1 for each'],
  ])('wrong line %s', async (boxes, difficult, message) => {
    await expect(openVoc(listOf(boxes, difficult), 'pil').sample(0).truth()).rejects.toMatchObject({
      message: expect.stringContaining(message),
      where: expect.stringMatching(/voc07_test.txt:1$/),
    })
  })
  test('no picture, no flags', () => {
    expect(() => openVoc(listOf('b.jpg 1 1 2 2 0\n', 'b.jpg 0\n'), 'pil')).toThrow(/none of the listed pictures/)
    const folder = listOf('a.jpg 1 1 2 2 0\n', '')
    rmSync(join(folder, 'voc07_test_difficult.txt'))
    expect(() => openVoc(folder, 'pil')).toThrow(/there is no .*difficult/)
  })
})

describe.skipIf(!sharedData())('the pictures at hand', () => {
  const below = (name: string): string => join(sharedData()!, 'datasets', name)
  test.each([
    ['voc-mini', 50],
    ['voc2007-test-mini', 14],
  ])('%s: %i', async (name, count) => {
    const dataset = openVoc(below(name), 'opencv')
    expect(dataset.count).toBe(count)
    for (let index = 0; index < count; index++) {
      const truth = await dataset.sample(index).truth()
      if (truth.kind !== 'boxes') throw new TypeError(truth.kind)
      expect(truth.boxes.length).toBeGreaterThan(0)
      for (const { box } of truth.boxes) {
        expect(Math.min(...box)).toBeGreaterThanOrEqual(0)
        expect(Math.max(...box)).toBeLessThanOrEqual(500)
      }
    }
  })
})
