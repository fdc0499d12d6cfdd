/**
 * One calibration run in a process of its own, so that its peak memory is its own: all methods, min/max alone, or inference
 * alone over the same pictures. Prints one JSON line.
 */
import { collectStatistics } from '../src/calibrate/collect.ts'
import { extremes } from '../src/calibrate/extremes.ts'
import { Histogram } from '../src/calibrate/histogram.ts'
import { thresholdBy } from '../src/calibrate/methods/index.ts'
import { observedTensors } from '../src/quantize/thresholds.ts'
import { onnxEngine } from '../src/runtime/engine.ts'
import { planGraph } from '../src/stages/plan.ts'
import { benchModels, openBenchModel, randomPixels } from './models.ts'

class MinMax {
  min = Infinity
  max = -Infinity

  add(values: Float32Array): void {
    const { min: low, max: high } = extremes(values)
    this.min = Math.min(this.min, low)
    this.max = Math.max(this.max, high)
  }
}

const [name, mode, images] = process.argv.slice(2)
const spec = benchModels().find((model) => model.name === name)!
const { model, inputs } = await openBenchModel(spec)
const engine = onnxEngine(1)
const { plan } = planGraph(model.graph, 'bayes', inputs, () => 127)
const tensors = observedTensors(plan)
const samples = randomPixels(inputs[0], Number(images))
const indices = Array.from({ length: samples.count }, (_, i) => i)
const started = performance.now()
if (mode === 'inference') {
  const session = await engine.open(model, 'basic')
  for (const index of indices) await session.run(await samples.read(index))
} else if (mode === 'min-max') {
  await collectStatistics(
    engine,
    model,
    tensors,
    samples,
    indices,
    () => {},
    () => new MinMax(),
  )
} else {
  const statistics = await collectStatistics(
    engine,
    model,
    tensors,
    samples,
    indices,
    () => {},
    () => new Histogram(),
  )
  for (const [tensor, histogram] of statistics) {
    const { oneSided } = plan.quantizers.get(tensor)!
    for (const method of [
      { name: 'max' },
      { name: 'max-percentile', percentile: 0.99995 },
      { name: 'kl' },
      { name: 'mse' },
    ] as const) {
      thresholdBy(method, histogram, oneSided, 127)
    }
  }
}
const seconds = (performance.now() - started) / 1000
console.log(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1024, tensors: tensors.length }))
