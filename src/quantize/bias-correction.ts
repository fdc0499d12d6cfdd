/**
 * Sequential bias correction: in topological order, add to each Conv's bias the mean over images and positions of
 * (float output - quantized output) of each channel, with all earlier layers already quantized and corrected.
 *
 * Rounding the weights shifts the mean of every channel; on depthwise networks this shift, not the activations, is what
 * costs accuracy (MobileNetV1 loses 4 points without the correction and 1 with it).
 *
 * The calibrated graph is run in segments, each ending behind one Conv, over a set of images whose live values are kept
 * between segments: every node runs once per image, whatever the depth (live-samples.ts).
 */
import type { SampleSource } from '../calibrate/collect.ts'
import { withOutputs } from '../calibrate/observe.ts'
import type { ChannelShift, WantedMean } from '../engine.ts'
import type { Graph } from '../ir/graph.ts'
import { cloneModel, type Model } from '../ir/model.ts'
import type { Node } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import { writeOnnx } from '../onnx/write.ts'
import { withCleanup } from '../runners/runners.ts'
import { insertCalibration } from './calibrated.ts'
import { LiveSamples } from './live-samples.ts'
import type { LayerWalk } from './layer-walk.ts'
import { cutSegments } from './segments.ts'
import type { QuantizationPlan, WeightedUnit } from './plan.ts'

/** Images beyond this number do not change the means noticeably. */
const MAX_IMAGES = 100
/** Live values of all images together stay below this many bytes, unless the caller says otherwise. */
const MEMORY_BUDGET = 384 * 2 ** 20

/** Correction to add to the bias of each weighted unit, by node name. */
export type BiasCorrections = ReadonlyMap<string, Float32Array>

/** Everything the correction reads. The means of `reference` are the goal: that is `model` where that has no corrections yet. */
export interface BiasCorrectionInput extends LayerWalk {
  /** Correct channels only whose mean error is at least so many standard errors over the images; 0 corrects all. */
  significance?: number
  onProgress: (done: number, total: number) => void
}

/** Compute the corrections; changes nothing. */
export async function biasCorrections(input: BiasCorrectionInput): Promise<BiasCorrections> {
  const { runners, model, plan, samples, memoryBytes = MEMORY_BUDGET, significance = 0 } = input
  const calibrated = insertCalibration(model, plan, input.calibration)
  const outputs = plan.weighted.map((unit) => unit.node.outputs[0])
  const segments = cutSegments(calibrated.graph, outputs)
  const live = new LiveSamples(calibrated, {
    runners,
    segments,
    samples,
    indices: input.indices,
    memoryBytes,
    most: MAX_IMAGES,
  })
  const { indices } = live
  const total = indices.length + segments.length
  const expected = await floatMeans(input, indices, (done) => input.onProgress(done, total))

  const copies = new Map(calibrated.graph.nodes.map((node) => [node.name, node]))
  const corrections = new Map<string, Float32Array>()
  const walk = async (): Promise<void> => {
    let shifts: ChannelShift[] = []
    for (const [k, { end, endIsRead }] of segments.entries()) {
      const unit = plan.weighted.find((candidate) => candidate.node.outputs[0] === end)!
      const output = outputOf(model.graph, unit)
      const measured = await live.run(k, { values: [], means: [output] }, shifts)
      const errors = meanErrors(
        expected.get(end)!,
        measured.map((means) => means.get(end)!.floats()),
        significance,
      )
      shifts = []
      // A MatMul has no bias to correct, so later layers are measured behind it as it is.
      if (!unit.node.is('MatMul')) {
        corrections.set(unit.node.name, errors)
        // For samples that join later.
        addToBias(calibrated.graph, copies.get(unit.node.name)!, errors)
        if (endIsRead) shifts = [{ ...output, values: errors }]
      }
      input.onProgress(indices.length + k + 1, total)
    }
  }
  await withCleanup(walk, () => live.release())
  return corrections
}

/** A copy of the model with corrected biases (a missing bias is added). */
export function applyCorrections(model: Model, plan: QuantizationPlan, corrections: BiasCorrections): Model {
  const result = cloneModel(model)
  const { graph } = result
  const names = new Set(plan.weighted.map((unit) => unit.node.name))
  for (const node of graph.nodes) {
    const correction = names.has(node.name) ? corrections.get(node.name) : undefined
    if (correction) addToBias(graph, node, correction)
  }
  return result
}

function addToBias(graph: Graph, node: Node, correction: Float32Array): void {
  const bias = node.inputs[2] ? graph.constant(node.inputs[2]) : undefined
  const before = bias?.floats()
  const after = correction.map((value, channel) => value + (before?.[channel] ?? 0))
  const name = graph.freshName(`${node.name}_corrected_bias`)
  graph.setInput(node, 2, graph.setConstant(name, Tensor.float32(bias?.shape ?? [after.length], after)))
}

/** Channel means of a float network's values, by name. */
type ChannelMeans = ReadonlyMap<string, Float32Array>

/** Those of each image, by the samples they are of: a search corrects biases of many states of one network. */
const knownMeans = new WeakMap<SampleSource, WeakMap<Model, Map<number, ChannelMeans>>>()

/** Channel means of every unit's float output, image by image. */
async function floatMeans(
  input: BiasCorrectionInput,
  indices: readonly number[],
  onImage: (done: number) => void,
): Promise<ReadonlyMap<string, Float32Array[]>> {
  const { reference, plan, samples } = input
  const byModel = knownMeans.get(samples) ?? new WeakMap<Model, Map<number, ChannelMeans>>()
  knownMeans.set(samples, byModel)
  const known = byModel.get(reference) ?? new Map<number, ChannelMeans>()
  byModel.set(reference, known)
  const names = plan.weighted.map(({ node }) => node.outputs[0])
  const missing = indices.filter((index) => !names.every((name) => known.get(index)?.has(name)))
  const before = indices.length - missing.length
  onImage(before)
  await measureMeans(input, missing, (index, means, done) => {
    known.set(index, means)
    onImage(before + done)
  })
  return new Map(names.map((name) => [name, indices.map((index) => known.get(index)!.get(name)!)]))
}

async function measureMeans(
  { runners, model, reference, plan, samples }: BiasCorrectionInput,
  indices: readonly number[],
  onImage: (index: number, means: ChannelMeans, done: number) => void,
): Promise<void> {
  if (indices.length === 0) return
  const outputs = plan.weighted.map((unit) => outputOf(model.graph, unit))
  const float = withOutputs(
    reference,
    outputs.map(({ name }) => name),
  )
  const inputs = float.graph.inputs.map(({ name }) => name)
  let done = 0
  await runners.using(writeOnnx(float), 'basic', (part) => {
    const step = { part, feeds: new Map<string, Tensor>(), inputs, alive: [], keep: undefined }
    return runners.deal([...indices.keys()], async (runner, position) => {
      const start = await samples.read(indices[position])
      const means = await runner.run({ start, steps: [step], answer: { values: [], means: outputs } })
      onImage(indices[position], new Map([...means].map(([name, mean]) => [name, mean.floats()])), ++done)
    })
  })
}

/** A unit's output, and its axis of channels: the last for MatMul, else 1. */
function outputOf(graph: Graph, { node }: WeightedUnit): WantedMean {
  const [name] = node.outputs
  const shape = graph.shape(name)
  if (!shape) throw new Error(`no shape known for value '${name}'`)
  return { name, axis: node.is('MatMul') ? shape.length - 1 : 1, shape }
}

/**
 * Mean over images of (expected - measured) of each channel; 0 where it is below `significance` standard errors.
 *
 * @param expected channel means of each image, those measured first
 */
function meanErrors(
  expected: readonly Float32Array[],
  measured: readonly Float32Array[],
  significance: number,
): Float32Array {
  const count = measured.length
  return expected[0].map((_, channel) => {
    let sum = 0
    let squares = 0
    for (let i = 0; i < count; i++) {
      const error = expected[i][channel] - measured[i][channel]
      sum += error
      squares += error * error
    }
    const mean = sum / count
    const variance = Math.max(0, squares / count - mean * mean)
    return Math.abs(mean) < significance * Math.sqrt(variance / count) ? 0 : mean
  })
}
