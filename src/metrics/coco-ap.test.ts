import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sharedData } from '../../test/support/shared-data.ts'
import type { Box, Detection, GroundTruth } from './boxes.ts'
import { CocoAp, type CocoResult } from './coco-ap.ts'

interface CocoFile {
  images: { id: number }[]
  annotations: { image_id: number; category_id: number; bbox: Xywh; iscrowd: number; area: number }[]
}
type Xywh = [x: number, y: number, width: number, height: number]

const corners = ([x, y, width, height]: Xywh): Box => [x, y, x + width, y + height]

function scored(pictures: readonly { detections: readonly Detection[]; truths: readonly GroundTruth[] }[]): CocoResult {
  const metric = new CocoAp()
  for (const [index, { detections, truths }] of pictures.entries()) metric.add(index, detections, truths)
  expect(metric.ap()).toBe(metric.result().ap)
  return metric.result()
}

test.skipIf(!sharedData())('the twelve numbers of pycocotools on its own example', () => {
  const folder = join(sharedData()!, 'datasets/eval-oracles/coco')
  const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), 'utf8')) as T
  const expected = read<Record<string, number> & { gt: string; dt: string }>('expected.json')
  const { images, annotations } = read<CocoFile>(expected.gt)
  const found = read<{ image_id: number; category_id: number; bbox: Xywh; score: number }[]>(expected.dt)
  const ids = images.map(({ id }) => id).sort((a, b) => a - b)
  const result = scored(
    ids.map((id) => ({
      detections: found
        .filter((detection) => detection.image_id === id)
        .map(({ bbox, score, category_id }) => ({ box: corners(bbox), score, classId: category_id })),
      truths: annotations
        .filter((annotation) => annotation.image_id === id)
        .map(({ bbox, category_id, iscrowd, area }) => ({
          box: corners(bbox),
          classId: category_id,
          crowd: iscrowd === 1,
          area,
        })),
    })),
  )
  const names = {
    AP: result.ap,
    AP50: result.ap50,
    AP75: result.ap75,
    APsmall: result.apSmall,
    APmedium: result.apMedium,
    APlarge: result.apLarge,
    AR1: result.ar1,
    AR10: result.ar10,
    AR100: result.ar100,
    ARsmall: result.arSmall,
    ARmedium: result.arMedium,
    ARlarge: result.arLarge,
  }
  for (const [name, value] of Object.entries(names)) {
    expect([name, Math.abs(value! - expected[name]) < 1e-6]).toEqual([name, true])
  }
})

const object: GroundTruth = { box: [0, 0, 100, 100], classId: 0 }
const crowd: GroundTruth = { box: [200, 0, 400, 100], classId: 0, crowd: true }
const at = (box: Box, score: number): Detection => ({ box, score, classId: 0 })

test('crowds, by hand: neither to be found nor wrong to find, as often as they are met', () => {
  // two detections lie inside the crowd (over their own area: overlap 1) and rank above the right one; they are left out,
  // so the right one comes first: precision 1 at recall 1
  const detections = [at([210, 0, 260, 50], 0.9), at([300, 20, 340, 80], 0.8), at([0, 0, 100, 100], 0.7)]
  expect(scored([{ detections, truths: [object, crowd] }]).ap).toBe(1)
  // were it an ordinary object, both would be wrong (overlap 2,500 / 20,000 and less), the right one third, and of two
  // objects one found: precision 1/3 at the 51 recalls 0..0.5 of 101
  const ordinary = { ...crowd, crowd: false }
  expect(scored([{ detections, truths: [object, ordinary] }]).ap).toBeCloseTo(51 / 101 / 3, 12)
})

test('crowds, by hand: an object comes first, the crowd takes only what fits no object', () => {
  // both detections overlap the object by 1; the second finds it taken, and takes the crowd that covers it as well
  const over: GroundTruth = { box: [0, 0, 100, 100], classId: 0, crowd: true }
  const detections = [at([0, 0, 100, 100], 0.9), at([0, 0, 100, 100], 0.8)]
  const result = scored([{ detections, truths: [over, object, { ...object, box: [500, 500, 600, 600] }] }])
  // one of two objects found, nothing wrong: precision 1 at recalls 0..0.5
  expect(result.ap).toBeCloseTo(51 / 101, 12)
  expect(result.ar100).toBe(0.5)
})

test('by hand: three detections, two objects', () => {
  // overlap 0.8: right at the seven thresholds 0.5..0.8, wrong at 0.85, 0.9, 0.95
  const detections = [at([0, 0, 100, 80], 0.9), at([500, 0, 600, 100], 0.8), at([0, 200, 100, 300], 0.7)]
  const truths = [object, { ...object, box: [0, 200, 100, 300] as const }]
  // right, wrong, right: precision 1 to recall 0.5, then 2/3; above 0.8: wrong, wrong, right: 1/3 to recall 0.5
  const low = (51 + (50 * 2) / 3) / 101
  const high = 51 / 3 / 101
  const result = scored([{ detections, truths }])
  expect(result.ap50).toBeCloseTo(low, 12)
  expect(result.ap).toBeCloseTo((7 * low + 3 * high) / 10, 12)
  expect(result.ar1).toBeCloseTo((7 * 0.5 + 3 * 0) / 10, 12)
})

test('the area of the outline, not of the box, decides the size', () => {
  const result = scored([{ detections: [at(object.box, 0.5)], truths: [{ ...object, area: 100 }] }])
  expect([result.apSmall, result.apMedium, result.apLarge]).toEqual([1, null, null])
})

test('by hand: an object of exactly 32 x 32 or 96 x 96 pixels belongs to both sizes', () => {
  // pycocotools leaves out what is below the lower or above the upper bound, so the bounds themselves belong to both
  const found = (side: number): CocoResult =>
    scored([{ detections: [at([0, 0, side, side], 0.5)], truths: [{ ...object, box: [0, 0, side, side] }] }])
  const sizes = (side: number): unknown[] => {
    const { apSmall, apMedium, apLarge, arSmall, arMedium, arLarge } = found(side)
    return [apSmall, apMedium, apLarge, arSmall, arMedium, arLarge]
  }
  expect(sizes(32)).toEqual([1, 1, null, 1, 1, null])
  expect(sizes(96)).toEqual([null, 1, 1, null, 1, 1])
})

test('by hand: a detection of another size that finds nothing is no mistake among the small', () => {
  // the large box would be wrong over all sizes (precision 1/2 at every recall), yet no small object could be that large
  const small: GroundTruth = { box: [0, 0, 20, 20], classId: 0 }
  const result = scored([{ detections: [at([200, 200, 400, 400], 0.9), at(small.box, 0.8)], truths: [small] }])
  expect([result.ap, result.apSmall]).toEqual([0.5, 1])
})

test('by hand: recalls look at the best 1, 10 and 100 detections of a class on a picture, precision at 100', () => {
  // 12 objects in a row, found in order of score behind one wrong detection: of the best 1 none is right, of the best 10
  // nine are, of the best 100 all twelve
  const objects = Array.from({ length: 12 }, (_, i): GroundTruth => ({
    box: [200 * i, 0, 200 * i + 100, 100],
    classId: 0,
  }))
  const wrong = at([0, 500, 100, 600], 1)
  const right = objects.map(({ box }, i) => at(box, 0.9 - i / 100))
  const result = scored([{ detections: [wrong, ...right], truths: objects }])
  expect([result.ar1, result.ar10, result.ar100]).toEqual([0, 9 / 12, 1])
  // the 101st detection does not count, right as it is: 100 wrong ones come before it
  const many = Array.from({ length: 100 }, (_, i) => at([0, 500, 100, 600], 2 + i))
  const late = scored([{ detections: [...many, at(object.box, 0.5)], truths: [object] }])
  expect([late.ap, late.ar100]).toEqual([0, 0])
  const early = scored([{ detections: [...many.slice(1), at(object.box, 0.5)], truths: [object] }])
  expect(early.ap).toBeCloseTo(1 / 100, 12)
})

test('nothing labelled, nothing found', () => {
  expect(scored([{ detections: [at(object.box, 0.5)], truths: [] }]).ap).toBeNull()
  expect(scored([{ detections: [], truths: [object] }]).ap).toBe(0)
})
