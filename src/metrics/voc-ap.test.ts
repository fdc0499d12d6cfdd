import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sharedData } from '../../test/support/shared-data.ts'
import type { Box } from './boxes.ts'
import { VocAp } from './voc-ap.ts'

/** First and last pixel as the toy case names them (`x y width height`, both ends belonging to the box). */
const inclusive = ([x, y, width, height]: number[]): Box => [x, y, x + width + 1, y + height + 1]

test.skipIf(!sharedData())('11-point and every-point AP of the toy case at four overlaps', () => {
  const folder = join(sharedData()!, 'datasets/eval-oracles/voc')
  const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<
    'eleven_point' | 'every_point',
    Record<string, number>
  >
  const rows = (kind: string, name: string): number[][] =>
    readFileSync(join(folder, kind, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).slice(1).map(Number))
  for (const overlap of Object.keys(expected.every_point)) {
    const metric = new VocAp(Number(overlap))
    for (const [picture, name] of readdirSync(join(folder, 'gts')).sort().entries()) {
      metric.add(
        picture,
        rows('dets', name).map(([score, ...box]) => ({ score, box: inclusive(box), classId: 0 })),
        rows('gts', name).map((box) => ({ box: inclusive(box), classId: 0 })),
      )
    }
    const { elevenPoint, everyPoint } = metric.result()
    expect(Math.abs(elevenPoint! - expected.eleven_point[overlap])).toBeLessThan(1e-6)
    expect(Math.abs(everyPoint! - expected.every_point[overlap])).toBeLessThan(1e-6)
  }
})

const object = { box: [0, 0, 100, 100] as const, classId: 0 }
const elsewhere = { box: [300, 300, 400, 400] as const, classId: 0 }

test('by hand: right, twice the same, right', () => {
  const metric = new VocAp()
  const detections = [
    { ...object, score: 0.9 },
    { ...object, score: 0.8 },
    { ...elsewhere, score: 0.7 },
  ]
  metric.add(0, detections, [object, elsewhere])
  // the second detection of the same object is wrong: precision 1 at recall 0.5, 2/3 at recall 1
  // every point: (1 + 2/3) / 2; 11 points: 6 times 1 (recalls 0..0.5), 5 times 2/3
  expect(metric.result().everyPoint).toBeCloseTo(5 / 6, 12)
  expect(metric.result().elevenPoint).toBeCloseTo((6 + (5 * 2) / 3) / 11, 12)
})

test('by hand: difficult objects are neither to be found nor wrong to find', () => {
  const metric = new VocAp()
  const detections = [
    { ...object, score: 0.9 },
    { ...elsewhere, score: 0.8 },
  ]
  metric.add(0, detections, [{ ...object, difficult: true }, elsewhere])
  expect(metric.result()).toEqual({
    elevenPoint: 1,
    everyPoint: 1,
    perClass: [{ classId: 0, elevenPoint: 1, everyPoint: 1 }],
  })
})

test('classes without objects do not count, whatever was found of them', () => {
  const metric = new VocAp()
  metric.add(0, [{ ...object, classId: 5, score: 0.9 }], [elsewhere])
  expect(metric.result()).toMatchObject({ everyPoint: 0, perClass: [{ classId: 0 }] })
  expect(new VocAp().result().everyPoint).toBeNull()
})

test('by hand: equal overlaps and a second object that would do', () => {
  // the detection between two objects overlaps both by 1/3: below 0.5, wrong; at a threshold of 0.3 the first one is taken,
  // and the second detection of the same place is wrong although the other object is free
  const left = { box: [0, 0, 100, 100] as const, classId: 0 }
  const right = { box: [100, 0, 200, 100] as const, classId: 0 }
  const between = { box: [50, 0, 150, 100] as const, classId: 0 }
  const add = (metric: VocAp): VocAp => {
    metric.add(
      0,
      [
        { ...between, score: 0.9 },
        { ...between, score: 0.8 },
      ],
      [left, right],
    )
    return metric
  }
  expect(add(new VocAp()).result().everyPoint).toBe(0)
  expect(add(new VocAp(0.3)).result().everyPoint).toBe(0.5)
})
