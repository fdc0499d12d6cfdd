/** How long COCO's twelve numbers take over 5,000 pictures of 100 detections: spread over 80 classes, and all of one class. */
import { type Box, type Detection, type GroundTruth } from '../src/metrics/boxes.ts'
import { CocoAp } from '../src/metrics/coco-ap.ts'
import { formatTable } from '../src/terminal/table.ts'
import { generator } from '../test/support/random.ts'

const PICTURES = 5000
const DETECTIONS = 100
/** As many per picture as in val2017 (36,781 on 5,000), rounded up. */
const OBJECTS = 8
const LIMIT_SECONDS = 10

interface Picture {
  detections: Detection[]
  truths: GroundTruth[]
}

/** Every object has a few detections of its class around it; the others lie anywhere. */
function picture(random: () => number, classes: number): Picture {
  const anywhere = (): Box => {
    const [x, y, width, height] = [500 * random(), 400 * random(), 10 + 200 * random(), 10 + 200 * random()]
    return [x, y, x + width, y + height]
  }
  const truths = Array.from({ length: OBJECTS }, () => ({
    box: anywhere(),
    classId: Math.floor(classes * random()),
    crowd: random() < 0.01,
  }))
  const shifted = (edge: number): number => edge + 20 * (random() - 0.5)
  const detections = Array.from({ length: DETECTIONS }, (_, index) => {
    const truth = index < 4 * OBJECTS ? truths[index % OBJECTS] : undefined
    const [x1, y1, x2, y2] = truth?.box ?? anywhere()
    return {
      box: truth ? ([shifted(x1), shifted(y1), shifted(x2), shifted(y2)] as const) : ([x1, y1, x2, y2] as const),
      score: random(),
      classId: truth?.classId ?? Math.floor(classes * random()),
    }
  })
  return { detections, truths }
}

const rows: string[][] = []
let worst = 0
for (const classes of [80, 1]) {
  const random = generator(classes)
  const pictures = Array.from({ length: PICTURES }, () => picture(random, classes))
  const metric = new CocoAp()
  const started = performance.now()
  for (const [index, { detections, truths }] of pictures.entries()) metric.add(index, detections, truths)
  const matched = performance.now()
  const { ap } = metric.result()
  const ended = performance.now()
  worst = Math.max(worst, (ended - started) / 1000)
  rows.push([
    String(classes),
    ((matched - started) / 1000).toFixed(2),
    ((ended - matched) / 1000).toFixed(2),
    ((ended - started) / 1000).toFixed(2),
    ap!.toFixed(4),
  ])
}
for (const line of formatTable(['Classes', 'Matching s', 'Result s', 'Together s', 'AP'], rows)) console.log(line)
console.log(`slowest ${worst.toFixed(2)} s, allowed ${LIMIT_SECONDS} s`)
if (worst > LIMIT_SECONDS) process.exitCode = 1
