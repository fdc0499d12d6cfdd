import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { generator } from '../../test/support/random.ts'
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

test('nothing labelled, nothing found', () => {
  expect(scored([{ detections: [at(object.box, 0.5)], truths: [] }]).ap).toBeNull()
  expect(scored([{ detections: [], truths: [object] }]).ap).toBe(0)
})

test('shards in any division and order give the whole', () => {
  const random = generator(7)
  const anywhere = (): Box => {
    const [x, y] = [100 * random(), 100 * random()]
    return [x, y, x + 10 + 60 * random(), y + 10 + 60 * random()]
  }
  const boxes = (count: number): { box: Box; classId: number }[] =>
    Array.from({ length: count }, () => ({ box: anywhere(), classId: Math.floor(3 * random()) }))
  const pictures = Array.from({ length: 30 }, () => ({
    // scores in tenths: many ties
    detections: boxes(12).map((item) => ({ ...item, score: Math.floor(10 * random()) / 10 })),
    truths: boxes(6).map((item) => ({ ...item, crowd: random() < 0.1 })),
  }))
  const shards = [new CocoAp(), new CocoAp(), new CocoAp()]
  for (const [index, { detections, truths }] of pictures.entries()) shards[index % 3].add(index, detections, truths)
  const merged = new CocoAp()
  for (const shard of [shards[2], shards[0], shards[1]])
    merged.merge(JSON.parse(JSON.stringify(shard.counts())) as never)
  expect(merged.result()).toEqual(scored(pictures))
})
