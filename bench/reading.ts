/** How long a 100 MB model takes to read, and how much memory, weights being views on the file. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadModel } from '../src/files/load-model.ts'
import { Graph } from '../src/ir/graph.ts'
import { type Model, modelOf } from '../src/ir/model.ts'
import { ints } from '../src/ir/node.ts'
import { Tensor } from '../src/ir/tensor.ts'
import { writeOnnx } from '../src/onnx/write.ts'
import { formatTable } from '../src/terminal/table.ts'

const RUNS = 5
const LIMIT_SECONDS = 0.3

/** Convs of 512 x 512 x 3 x 3 (9.4 MB each) behind each other. */
function large(convs: number): Model {
  const shape = [1, 512, 8, 8]
  const graph = new Graph(
    'large',
    [{ name: 'x0', dtype: 'float32', shape }],
    [{ name: `x${convs}`, dtype: 'float32', shape }],
  )
  for (let i = 0; i < convs; i++) {
    const weights = Float32Array.from({ length: 512 * 512 * 9 }, (_, k) => Math.fround(k % 255) / 255 - 0.5)
    graph.setConstant(`w${i}`, Tensor.float32([512, 512, 3, 3], weights))
    graph.addNode({
      name: `conv${i}`,
      opType: 'Conv',
      inputs: [`x${i}`, `w${i}`],
      outputs: [`x${i + 1}`],
      attributes: { pads: ints([1, 1, 1, 1]) },
    })
  }
  return modelOf(graph)
}

/** The model is written by another process, whose freed memory would hide what reading takes. */
if (process.argv[2] !== undefined) {
  writeFileSync(process.argv[2], writeOnnx(large(11)))
  process.exit()
}
const folder = mkdtempSync(join(tmpdir(), 'openmapper-bench-'))
const path = join(folder, 'large.onnx')
execFileSync(process.execPath, [...process.execArgv, process.argv[1], path])

const rows: string[][] = []
const models: Model[] = []
let worst = 0
for (let run = 0; run < RUNS; run++) {
  const memory = process.memoryUsage().rss
  const started = performance.now()
  const model = loadModel(path)
  const seconds = (performance.now() - started) / 1000
  // kept, so that no run takes the memory of the one before
  models.push(model)
  worst = Math.max(worst, seconds)
  const tensors = [...model.graph.constants.values()]
  const megabytes = tensors.reduce((sum, tensor) => sum + tensor.bytes.byteLength, 0) / 1e6
  const buffers = new Set(tensors.map((tensor) => tensor.bytes.buffer)).size
  const growth = (process.memoryUsage().rss - memory) / 1e6
  rows.push([String(run + 1), megabytes.toFixed(0), seconds.toFixed(3), growth.toFixed(0), String(buffers)])
}
rmSync(folder, { recursive: true })
for (const line of formatTable(['Run', 'Weights MB', 'Seconds', 'RSS growth MB', 'Buffers'], rows)) console.log(line)
console.log(`slowest ${worst.toFixed(3)} s, allowed ${LIMIT_SECONDS} s`)
if (worst > LIMIT_SECONDS) process.exitCode = 1
