/** Latency of INT8 against float at level `all`, one thread, and how many Convs became integer kernels. */
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Model } from '../src/ir/model.ts'
import { silent } from '../src/reporter.ts'
import { onnxEngine } from '../src/runtime/engine.ts'
import { openSession } from '../src/runtime/session.ts'
import { calibrateStage } from '../src/stages/calibrate.ts'
import { quantizeStage } from '../src/stages/quantize.ts'
import { toQuantizedInput } from '../src/prepare/quantized-input.ts'
import { formatTable } from '../src/terminal/table.ts'
import { benchModels, openBenchModel, randomPixels } from './models.ts'
import { median } from './median.ts'

const RUNS = 41
const calibration = {
  type: 'max',
  maxPercentile: 1,
  perChannel: false,
  preprocessOn: false,
  optimization: [],
  biasCorrection: false,
  searchBudget: 0,
  int16: 'forbidden',
  runOnCpu: [],
  runOnBpu: [],
} as const

/** Operators of the graph onnxruntime really runs. */
async function optimizedTypes(model: Model): Promise<string[]> {
  const path = join(tmpdir(), `openmapper-bench-${process.pid}.onnx`)
  const session = await openSession(model, { level: 'all', optimizedModelPath: path })
  await session.release()
  const bytes = readFileSync(path, 'latin1')
  rmSync(path)
  return bytes.match(/QLinearConv/g) ?? []
}

const rows: string[][] = []
for (const spec of benchModels()) {
  const { model, inputs } = await openBenchModel(spec)
  const samples = randomPixels(inputs[0], 4)
  const facts = { stage: 'optimized', march: 'bayes', inputs } as const
  const options = { engine: onnxEngine(1), calibration, int16Nodes: [], reporter: silent }
  const { calibrated } = await calibrateStage(model, facts, samples, options)
  const { quantized, plan } = quantizeStage(calibrated, { ...facts, stage: 'calibrated' })
  const floatFeeds = await samples.read(0)
  const [[name, pixels]] = floatFeeds
  const integerFeeds = new Map([[name, toQuantizedInput(pixels, inputs[0], 'bayes')]])
  const float = await openSession(model, { level: 'all' })
  const integer = await openSession(quantized, { level: 'all' })
  const times: [number[], number[]] = [[], []]
  for (let i = 0; i < RUNS; i++) {
    for (const [k, session, feeds] of [
      [0, float, floatFeeds],
      [1, integer, integerFeeds],
    ] as const) {
      const started = performance.now()
      await session.run(feeds)
      times[k].push(performance.now() - started)
    }
  }
  const [floatMs, integerMs] = times.map((list) => median(list.slice(5)))
  const convs = plan.weighted.filter((unit) => unit.node.is('Conv') && !unit.tail).length
  const fused = (await optimizedTypes(quantized)).length
  rows.push([
    spec.name,
    floatMs.toFixed(2),
    integerMs.toFixed(2),
    `${(floatMs / integerMs).toFixed(2)}x`,
    `${fused} of ${convs}`,
  ])
}
const vnni = /vnni/.test(readFileSync('/proc/cpuinfo', 'utf8'))
console.log(`CPU ${vnni ? 'with' : 'without'} VNNI, one thread, level all, medians of ${RUNS - 5} runs taken in turn`)
for (const line of formatTable(['Model', 'Float ms', 'INT8 ms', 'Speed-up', 'QLinearConv of quantized Convs'], rows))
  console.log(line)
