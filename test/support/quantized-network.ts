/** A small network through the real stages: optimize, calibrate, quantize, prove. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fromBinary } from '@bufbuild/protobuf'
import type { SampleSource } from '../../src/calibrate/collect.ts'
import type { CalibrationConfig } from '../../src/config/types.ts'
import type { OptimizationLevel } from '../../src/engine.ts'
import { cloneModel, type Model } from '../../src/ir/model.ts'
import { Tensor } from '../../src/ir/tensor.ts'
import { ModelProtoSchema } from '../../src/onnx/gen/onnx_pb.ts'
import { readOnnx } from '../../src/onnx/read.ts'
import { writeOnnx } from '../../src/onnx/write.ts'
import { type Calibration } from '../../src/quantize/calibrated.ts'
import { type QuantizationPlan, scaleOf } from '../../src/quantize/plan.ts'
import { weightScales } from '../../src/quantize/weights.ts'
import { verifyEmitted, type VerificationReport } from '../../src/reference/verify-emitted.ts'
import { silent } from '../../src/reporter.ts'
import { InlineRunner } from '../../src/runners/inline-runner.ts'
import { Runners } from '../../src/runners/runners.ts'
import { onnxEngine } from '../../src/runtime/engine.ts'
import { openSession } from '../../src/runtime/session.ts'
import { calibrateStage } from '../../src/stages/calibrate.ts'
import { optimizeStage } from '../../src/stages/optimize.ts'
import { quantizeStage } from '../../src/stages/quantize.ts'
import { generator, randomFeeds } from './random.ts'
import { resolvedInput } from './resolved-input.ts'

export type Values = Map<string, Tensor>

export interface QuantizedNetwork {
  /** The float model as built, and as the passes left it. */
  original: Model
  optimized: Model
  calibrated: Model
  quantized: Model
  /** Refers to the quantize stage's own copy of the optimized graph. */
  plan: QuantizationPlan
  calibration: Calibration
  /** The sample it was calibrated on first. */
  feeds: Values
}

export interface QuantizeOptions {
  /** Names of nodes whose input shall be int16. */
  int16Nodes?: readonly string[]
  /** Names of nodes that stay in float. */
  cpuNodes?: readonly string[]
  /** Every activation in int16: the control of the whole network. */
  allInt16?: boolean
  biasCorrection?: boolean
  /** Every activation with a zero point of its own. */
  asymmetric?: boolean
  /** Samples, uniform in [-reach, reach). */
  samples?: number
  reach?: number
}

export const engine = onnxEngine(1)

/** Runners in this thread. */
export function runners(count = 1): Runners {
  return new Runners(Array.from({ length: count }, () => new InlineRunner(engine)))
}

const MAX: CalibrationConfig = {
  type: 'max',
  maxPercentile: 1,
  perChannel: false,
  preprocessOn: false,
  optimization: [],
  biasCorrection: false,
  searchBudget: 0,
  int16: 'auto',
  runOnCpu: [],
  runOnBpu: [],
}

/** Calibrate with `max` on random samples and quantize, for march `generic` (every operator with a quantized form is). */
export async function quantizeNetwork(original: Model, options: QuantizeOptions = {}): Promise<QuantizedNetwork> {
  const { samples = 3, reach = 1 } = options
  const inputs = original.graph.inputs.map((info) =>
    resolvedInput({
      name: info.name,
      shape: info.shape as number[],
      typeTrain: 'featuremap',
      typeRt: 'featuremap',
    }),
  )
  const facts = { stage: 'optimized' as const, march: 'generic' as const, inputs, cpuNodes: options.cpuNodes }
  const optimized = await optimizeStage(original, { engine, reporter: silent, debug: true })
  const source: SampleSource = {
    count: samples,
    names: Array.from({ length: samples }, (_, i) => `sample${i}`),
    read: (index) => Promise.resolve(randomFeeds(original.graph, 100 + index, -reach, reach)),
  }
  const { calibrated } = await calibrateStage(optimized, facts, source, {
    engine,
    calibration: {
      ...MAX,
      biasCorrection: options.biasCorrection ?? false,
      optimization: options.asymmetric ? ['asymmetric'] : [],
    },
    int16Nodes: options.allInt16 ? optimized.graph.nodes.map((node) => node.name) : (options.int16Nodes ?? []),
    reporter: silent,
  })
  // Through the file format, as `build --from` does it.
  const { quantized, plan, calibration } = quantizeStage(
    readOnnx(writeOnnx(calibrated), { source: 'calibrated' }),
    facts,
  )
  return {
    original,
    optimized,
    calibrated,
    quantized,
    plan,
    calibration,
    feeds: randomFeeds(original.graph, 100, -reach, reach),
  }
}

/** Run a model once at a level. */
export async function runAt(
  model: Model,
  level: OptimizationLevel,
  feeds: Values,
  fetches?: string[],
): Promise<Values> {
  const session = await openSession(model, { level })
  try {
    return await session.run(feeds, fetches)
  } finally {
    await session.release()
  }
}

/** Every value of every unit against integer arithmetic. */
export function proveFully({
  quantized,
  feeds,
}: Pick<QuantizedNetwork, 'quantized' | 'feeds'>): Promise<VerificationReport> {
  return verifyEmitted(quantized, feeds, {
    full: true,
    run: (model, values, fetches) => runAt(model, 'all', new Map(values), [...fetches]),
    onProgress: () => {},
  })
}

/** How often each operator stands in the graph that onnxruntime makes of a model at `all`. */
export async function fusedOperators(model: Model): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'fused-'))
  try {
    const path = join(folder, 'fused.onnx')
    const session = await openSession(model, { level: 'all', optimizedModelPath: path })
    await session.release()
    const counts: Record<string, number> = {}
    for (const { opType } of fromBinary(ModelProtoSchema, readFileSync(path)).graph!.node) {
      counts[opType] = (counts[opType] ?? 0) + 1
    }
    return counts
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * The error that rounding must be expected to cause, from the scales alone: the float model with noise uniform in half a step
 * to either side on every quantized tensor and weight, against the float model. Root mean square per output.
 */
export async function expectedNoise({
  optimized,
  plan,
  calibration,
  feeds,
}: QuantizedNetwork): Promise<Map<string, number>> {
  const clean = await runAt(optimized, 'disabled', feeds)
  const floats = [...clean.keys()].filter((name) => clean.get(name)!.dtype === 'float32')
  const squares = new Map(floats.map((name) => [name, 0]))
  const draws = 2
  for (let draw = 0; draw < draws; draw++) {
    const noisy = await runAt(withNoise(optimized, plan, calibration, draw), 'disabled', feeds)
    for (const [name, value] of squares) {
      squares.set(name, value + rms(noisy.get(name)!, clean.get(name)!) ** 2 / draws)
    }
  }
  return new Map([...squares].map(([name, square]) => [name, Math.sqrt(square)]))
}

/** Root of the mean squared difference. */
export function rms(a: Tensor, b: Tensor): number {
  const [x, y] = [a.numbers(), b.numbers()]
  return Math.sqrt(x.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0) / x.length)
}

function withNoise(optimized: Model, plan: QuantizationPlan, calibration: Calibration, seed: number): Model {
  const result = cloneModel(optimized)
  const { graph } = result
  const next = generator(1000 + seed)
  const copies = new Map(graph.nodes.map((node) => [node.name, node]))
  const members = new Set([...plan.units].map((node) => node.name))
  for (const quantizer of plan.quantizers.values()) {
    // Copies carry the noise of what they copy.
    if (quantizer.follows) continue
    const { tensor } = quantizer
    const step = scaleOf(calibration.thresholds.get(tensor)!, quantizer.levels)
    const shape = graph.shape(tensor)!
    const noise = Tensor.float32(
      shape,
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => (next() - 0.5) * step),
    )
    const output = graph.freshName(`${tensor}_noisy`)
    const readers = graph.consumers(tensor).filter((reader) => members.has(reader.name))
    const sum = quantizer.nonNegative ? graph.freshName(`${tensor}_sum`) : output
    graph.addNode({
      name: `${tensor}_noise`,
      opType: 'Add',
      inputs: [tensor, graph.setConstant(`${tensor}_noise`, noise)],
      outputs: [sum],
    })
    if (quantizer.nonNegative) {
      graph.addNode({ name: `${tensor}_noise_relu`, opType: 'Relu', inputs: [sum], outputs: [output] })
    }
    for (const reader of readers) {
      graph.setInputs(
        reader,
        reader.inputs.map((value) => (value === tensor ? output : value)),
      )
    }
  }
  for (const unit of plan.weighted) {
    const weight = optimized.graph.constant(unit.weight)!
    const scales = weightScales(calibration.weights.get(unit.node.name)!)
    const inner = weight.shape.slice(unit.axis + 1).reduce((a, b) => a * b, 1)
    const values = weight
      .floats()
      .map((value, i) => value + (next() - 0.5) * scales[Math.floor(i / inner) % scales.length])
    graph.setInput(
      copies.get(unit.node.name)!,
      1,
      graph.setConstant(graph.freshName(`${unit.weight}_noisy`), Tensor.float32(weight.shape, values)),
    )
  }
  graph.sort()
  return result
}
