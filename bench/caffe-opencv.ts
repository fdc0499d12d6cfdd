/**
 * SqueezeNet v1.1, read from its Caffe files, against OpenCV's dnn module on the same pixels: top-1 picture by picture, and the largest
 * difference before the Softmax.
 *
 *     npx tsx bench/caffe-opencv.ts [pictures, default 400]
 *     npx tsx bench/caffe-opencv.ts 5 --golden     writes OpenCV's answers to test/golden/caffe/squeezenet_pictures.json
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSession } from '../src/runtime/session.ts'
import { opencvOutputs } from '../test/support/opencv-pictures.ts'
import { projectRoot } from '../test/support/shared-data.ts'
import { compareLogits, largest, LOGITS, squeezenet } from '../test/support/squeezenet.ts'

/** As many are in memory at a time. */
const BATCH = 50

const net = squeezenet()
const count = Math.min(Number(process.argv[2] ?? net.count), net.count)
const session = await openSession(net.model, { level: 'basic' })
const golden: { id: string; logits: string }[] = []
const totals = { same: 0, right: 0, rightByOpenCV: 0, worst: 0 }
for (let start = 0; start < count; start += BATCH) {
  const length = Math.min(BATCH, count - start)
  const samples = await Promise.all(Array.from({ length }, (_, i) => net.sample(start + i)))
  const inputs = samples.map(({ input }) => input)
  const expected = opencvOutputs(net, inputs, new Map([[LOGITS.layer, LOGITS.shape]]))
  for (const [i, { id, input, label }] of samples.entries()) {
    const theirs = expected[i].get(LOGITS.layer)!
    const ours = (await session.run(new Map([['data', input]]))).get(LOGITS.layer)!.floats()
    const { difference, isSame } = compareLogits(theirs.floats(), ours)
    totals.same += Number(isSame)
    totals.right += Number(largest(ours) === label)
    totals.rightByOpenCV += Number(largest(theirs.floats()) === label)
    totals.worst = Math.max(totals.worst, difference)
    golden.push({ id, logits: Buffer.from(theirs.bytes).toString('base64') })
  }
  console.log(`${start + length} of ${count}`)
}
await session.release()
const percent = (part: number): string => `${((100 * part) / count).toFixed(2)} %`
console.log(`same top-1 as OpenCV: ${totals.same} of ${count}`)
console.log(`top-1: ${percent(totals.right)}, OpenCV ${percent(totals.rightByOpenCV)}`)
console.log(`largest difference before the Softmax: ${totals.worst.toExponential(2)} of the largest magnitude`)
if (process.argv.includes('--golden')) {
  const path = join(projectRoot, 'test/golden/caffe/squeezenet_pictures.json')
  writeFileSync(path, `${JSON.stringify(golden, null, 1)}\n`)
}
if (totals.same < count || totals.worst > 1e-5) process.exitCode = 1
