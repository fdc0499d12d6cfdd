/** Shards may come in any division and any order: the result is that of one run over all pictures, to the last bit. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Box } from './boxes.ts'
import { CocoAp } from './coco-ap.ts'
import { MeanIou } from './mean-iou.ts'
import { TopK } from './top-k.ts'
import { VocAp } from './voc-ap.ts'

interface Metric<Counts> {
  merge(counts: Counts): void
  counts(): Counts
  result(): unknown
}

const CLASSES = 3

const box: fc.Arbitrary<Box> = fc
  .tuple(fc.nat(60), fc.nat(60), fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 120 }))
  .map(([x, y, width, height]) => [x, y, x + width, y + height])
const classId = fc.nat(CLASSES - 1)
// few scores: ties must not be broken by the order of arrival
const detection = fc.record({ box, classId, score: fc.constantFrom(0.2, 0.5, 0.5, 0.9) })
const truth = fc.record({ box, classId, crowd: fc.boolean(), difficult: fc.boolean() })
const boxesOfPicture = fc.record({
  detections: fc.array(detection, { maxLength: 8 }),
  truths: fc.array(truth, { maxLength: 5 }),
})
const labels = fc.array(fc.tuple(fc.nat(CLASSES), fc.constantFrom(0, 1, 2, 255)), { minLength: 1, maxLength: 20 })
const ranking = fc.tuple(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: 5 }), fc.nat(6))

/** Add every picture to a shard of its own choosing, in a random order, and merge the shards in a random order. */
function check<Picture, Counts>(
  picture: fc.Arbitrary<Picture>,
  make: () => Metric<Counts>,
  add: (metric: Metric<Counts>, index: number, picture: Picture) => void,
): void {
  const job = fc.array(fc.record({ picture, shard: fc.nat(3), when: fc.nat() }), { maxLength: 12 })
  fc.assert(
    fc.property(job, fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), (pictures, order) => {
      const whole = make()
      for (const [index, { picture }] of pictures.entries()) add(whole, index, picture)
      const shards = order.map(() => make())
      const arrivals = [...pictures.entries()].sort(([, a], [, b]) => a.when - b.when)
      for (const [index, { picture, shard }] of arrivals) add(shards[shard], index, picture)
      const merged = make()
      for (const shard of order) merged.merge(JSON.parse(JSON.stringify(shards[shard].counts())) as Counts)
      expect(merged.result()).toStrictEqual(whole.result())
    }),
    { numRuns: 200 },
  )
}

test('COCO', () => {
  expect.hasAssertions()
  check(
    boxesOfPicture,
    () => new CocoAp(),
    (metric, index, { detections, truths }) => (metric as CocoAp).add(index, detections, truths),
  )
})

test('VOC', () => {
  expect.hasAssertions()
  check(
    boxesOfPicture,
    () => new VocAp(),
    (metric, index, { detections, truths }) => (metric as VocAp).add(index, detections, truths),
  )
})

test('mean IoU', () => {
  expect.hasAssertions()
  check(
    labels,
    () => new MeanIou(CLASSES),
    (metric, _, pixels) =>
      (metric as MeanIou).add(
        pixels.map(([guess]) => guess),
        pixels.map(([, label]) => label),
      ),
  )
})

test('top-1 and top-5', () => {
  expect.hasAssertions()
  check(
    ranking,
    () => new TopK(),
    (metric, _, [ranked, label]) => (metric as TopK).add(ranked, label),
  )
})
