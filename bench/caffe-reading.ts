/** How long a 100 MB caffemodel takes to read, and how much memory, weights being views on the file. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadCaffe } from '../src/files/load-model.ts'
import type { Model } from '../src/ir/model.ts'
import { formatTable } from '../src/terminal/table.ts'
import { caffemodelBytes } from '../test/support/caffemodel.ts'

const RUNS = 5
const LIMIT_SECONDS = 0.2
const LIMIT_GROWTH = 1.3
/** Of 512 x 512 x 3 x 3, 9.4 MB each. */
const CONVS = 11

/** The files are written by another process, whose freed memory would hide what reading takes. */
if (process.argv[2] !== undefined) {
  const values = Float32Array.from({ length: 512 * 512 * 9 }, (_, k) => (k % 255) / 255 - 0.5)
  const names = Array.from({ length: CONVS }, (_, i) => `conv${i}`)
  const blobs = [{ shape: [512, 512, 3, 3], values }]
  writeFileSync(join(process.argv[2], 'large.caffemodel'), caffemodelBytes(names.map((name) => ({ name, blobs }))))
  const layers = names.map(
    (name, i) =>
      `layer { name: "${name}" type: "Convolution" bottom: "${i === 0 ? 'data' : names[i - 1]}" top: "${name}" ` +
      'convolution_param { num_output: 512 kernel_size: 3 pad: 1 bias_term: false } }\n',
  )
  const head = 'input: "data" input_shape { dim: [1, 512, 8, 8] }\n'
  writeFileSync(join(process.argv[2], 'large.prototxt'), head + layers.join(''))
  process.exit()
}
const folder = mkdtempSync(join(tmpdir(), 'openmapper-bench-'))
execFileSync(process.execPath, [...process.execArgv, process.argv[1], folder])
const files = { prototxt: join(folder, 'large.prototxt'), caffemodel: join(folder, 'large.caffemodel') }

const rows: string[][] = []
const models: Model[] = []
const worst = { seconds: 0, growth: 0 }
for (let run = 0; run < RUNS; run++) {
  const memory = process.memoryUsage().rss
  const started = performance.now()
  const model = loadCaffe(files, { shapeOf: () => undefined, info() {}, warn() {} })
  const seconds = (performance.now() - started) / 1000
  const growth = process.memoryUsage().rss - memory
  // kept, so that no run takes the memory of the one before
  models.push(model)
  const tensors = [...model.graph.constants.values()]
  const bytes = tensors.reduce((sum, tensor) => sum + tensor.bytes.byteLength, 0)
  worst.seconds = Math.max(worst.seconds, seconds)
  worst.growth = Math.max(worst.growth, growth / bytes)
  rows.push([String(run + 1), (bytes / 1e6).toFixed(0), seconds.toFixed(3), (growth / 1e6).toFixed(0)])
}
rmSync(folder, { recursive: true })
for (const line of formatTable(['Run', 'Weights MB', 'Seconds', 'RSS growth MB'], rows)) console.log(line)
console.log(`slowest ${worst.seconds.toFixed(3)} s, allowed ${LIMIT_SECONDS} s`)
console.log(`growth at most ${worst.growth.toFixed(2)} of the weights, allowed ${LIMIT_GROWTH}`)
if (worst.seconds > LIMIT_SECONDS || worst.growth > LIMIT_GROWTH) process.exitCode = 1
