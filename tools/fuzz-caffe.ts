/**
 * A long fuzz run of both Caffe readers. Arguments: minutes (default 10), seed.
 *
 * Damages bytes and words of a few nets and reads them. Ends with 1 at the first exception that is no answer for a user, the first
 * run without end, or when memory passes 1 GB; prints what was read then.
 */
import fc from 'fast-check'
import { CAFFE_SEEDS, damagedText, digestCaffe } from '../test/support/fuzz-caffe.ts'
import { damaged } from '../test/support/mutate.ts'

const MEMORY_LIMIT = 1e9
const [minutes = '10', seed = String(Date.now() % 1e9)] = process.argv.slice(2)
const end = Date.now() + Number(minutes) * 60_000

const answers = new Map<string, number>()
let executions = 0
let peak = 0
let round = 0

function run(prototxt: Uint8Array, caffemodel: Uint8Array): void {
  executions++
  try {
    const code = digestCaffe(prototxt, caffemodel).split('\n')[0]
    answers.set(code, (answers.get(code) ?? 0) + 1)
    peak = Math.max(peak, process.memoryUsage().rss)
    if (peak > MEMORY_LIMIT) throw new Error(`memory: ${(peak / 1e6).toFixed(0)} MB`)
  } catch (error) {
    console.error(error)
    console.error(`seed ${seed}, execution ${executions}`)
    console.error(new TextDecoder().decode(prototxt))
    console.error(Buffer.from(caffemodel).toString('base64'))
    process.exit(1)
  }
}

while (Date.now() < end) {
  const options = { seed: Number(seed) + round++, numRuns: 200 }
  for (const { prototxt, caffemodel } of CAFFE_SEEDS) {
    for (const text of fc.sample(fc.oneof(damagedText(prototxt), damaged(prototxt)), options)) run(text, caffemodel)
    for (const bytes of fc.sample(damaged(caffemodel), options)) run(prototxt, bytes)
  }
}
console.log(`${executions} executions in ${minutes} minutes (seed ${seed}), peak memory ${(peak / 1e6).toFixed(0)} MB`)
for (const [code, count] of [...answers].sort((a, b) => b[1] - a[1])) console.log(`  ${code.padEnd(24)} ${count}`)
