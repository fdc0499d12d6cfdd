/**
 * Time of sensitivity rankings of calibrated models, on the data their builds found: `tsx bench/sensitivity.ts <calibrated model...>`.
 *
 * The bound of a full ranking is 0.7 x tensors x images x float time / processes, the float time being one run on one thread; it is
 * measured before and after, at both levels, because other work on the machine changes it.
 */
import { availableParallelism } from 'node:os'
import { basename } from 'node:path'
import { loadModel } from '../src/files/load-model.ts'
import type { Model } from '../src/ir/model.ts'
import { inferTypes } from '../src/ops/infer.ts'
import { readCalibration } from '../src/quantize/calibrated.ts'
import { silent } from '../src/reporter.ts'
import { openSession } from '../src/runtime/session.ts'
import { openDebugSamples } from '../src/stages/debug-samples.ts'
import { measureSensitivity } from '../src/stages/sensitivity.ts'
import { formatTable } from '../src/terminal/table.ts'
import { median } from './median.ts'

const SAMPLES = 8
const TOP = 10
const RUNS = 15
const BOUND = 0.7

/** Milliseconds of one float run on one thread. */
async function floatTime(calibrated: Model, path: string, level: 'basic' | 'all'): Promise<number> {
  const { model } = readCalibration(calibrated)
  inferTypes(model.graph)
  const feeds = await openDebugSamples(calibrated, path, [], silent).read(0)
  const session = await openSession(model, { level })
  const times: number[] = []
  for (let i = 0; i < RUNS; i++) {
    const started = performance.now()
    await session.run(feeds)
    times.push(performance.now() - started)
  }
  await session.release()
  return median(times)
}

const processes = availableParallelism()
const rows: string[][] = []
for (const path of process.argv.slice(2)) {
  const calibrated = loadModel(path)
  const options = { model: path, kind: 'activation', samples: SAMPLES, processes, reporter: silent } as const
  const times: Record<'basic' | 'all', number[]> = { basic: [], all: [] }
  const measureFloat = async (): Promise<void> => {
    for (const level of ['basic', 'all'] as const) times[level].push(await floatTime(calibrated, path, level))
  }
  await measureFloat()
  const started = performance.now()
  const ranking = await measureSensitivity(options)
  const full = performance.now() - started
  await measureFloat()
  const startedTop = performance.now()
  const top = await measureSensitivity({ ...options, top: TOP })
  const topTime = performance.now() - startedTop
  const isSame = top.slice(0, TOP).every(({ name }, i) => name === ranking[i].name)
  const mean = (list: readonly number[]): number => list.reduce((sum, time) => sum + time, 0) / list.length
  const bound = (level: 'basic' | 'all'): string =>
    ((BOUND * ranking.length * SAMPLES * mean(times[level])) / processes / 1000).toFixed(1)
  rows.push([
    basename(path, '_calibrated_model.onnx'),
    String(ranking.length),
    String(SAMPLES),
    `${mean(times.basic).toFixed(1)}, ${mean(times.all).toFixed(1)}`,
    `${bound('basic')}, ${bound('all')}`,
    (full / 1000).toFixed(1),
    (topTime / 1000).toFixed(1),
    isSame ? 'yes' : 'no',
  ])
}
console.log(`${processes} processes; float time and bound at onnxruntime's levels basic and all`)
const head = ['Model', 'Tensors', 'Images', 'Float ms', 'Bound s', 'Full ranking s', `Top ${TOP} s`, 'Same top']
for (const line of formatTable(head, rows)) console.log(line)
