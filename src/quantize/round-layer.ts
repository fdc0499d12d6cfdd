/**
 * Scales and codes of one operator's weight by the second moments of what it meets.
 *
 * First the scale: of a few thresholds per output channel at or below its largest weight, the one whose nearest codes change the output
 * least (SeqMSE). Then the codes (round-rows.ts). A weight larger than the threshold is cut to it; the largest weight of each channel
 * keeps its code of 127, so that the scale stays what it is whoever computes it anew from the rounded weights.
 */
import type { Engine } from '../engine.ts'
import { Tensor } from '../ir/tensor.ts'
import type { InputRows, WeightMatrix } from './input-rows.ts'
import { type Matrix, matrixProduct } from './matrix-product.ts'
import { roundRows } from './round-rows.ts'
import { dequantizeWeight, quantizeWeight, weightScales } from './weights.ts'

/** Longer rows are rounded in blocks of so many columns, as if blocks did not influence each other. */
export const MOST_COLUMNS = 1024
/** Share of the mean of H's diagonal that is added to it. */
const DAMPING = 0.01
/** Longer rows are left to the nearest codes: they would take gigabytes. */
export const LONGEST_ROW = 16 * MOST_COLUMNS
/** Largest code of a weight. */
const LARGEST = 127
/** Thresholds tried, as shares of the largest weight. */
export const SHARES: readonly number[] = [1, 0.95, 0.9, 0.85, 0.8, 0.7]

export interface LayerToRound {
  engine: Engine
  matrix: WeightMatrix
  rows: InputRows
  /** Unrounded. */
  weight: Tensor
  /** Axis of output channels. */
  axis: number
  /** The weight in use, whose fake-quantized form gives the outputs their means. */
  present: Tensor
  /** Per output channel. */
  thresholds: Float32Array
  /** Leave means of outputs to `shift`. */
  isCentred: boolean
}

/** Columns `from` and on of a group's rows. */
interface Block {
  from: number
  columns: number
  /** H: mean of x x^T over the rows, damped; without the means where these are left to the bias. */
  moments: Matrix
  means: Float64Array | undefined
}

/** The rounded weight, and what each output's mean loses by it against the present one (zeros unless centred). */
export async function roundLayer(layer: LayerToRound): Promise<{ weight: Tensor; shift: Float32Array }> {
  const { matrix, weight, axis, present, thresholds } = layer
  const { groups, outputs, outputStride, columnStride } = matrix
  const scales = weightScales(thresholds)
  const fake = dequantizeWeight(quantizeWeight(present, axis, scales, 0), axis, scales).floats()
  const values = weight.floats().slice()
  const shift = new Float32Array(groups * outputs)
  for (let group = 0; group < groups; group++) {
    const blocks = await blocksOf(layer, group)
    const channels = largestColumns(weight.floats(), thresholds, matrix, group)
    if (channels.size === 0) continue
    const chosen = await chooseThresholds(layer, blocks, channels)
    for (const block of blocks) {
      await roundBlock(layer, values, channels, chosen, block)
      if (!block.means) continue
      for (const output of channels.keys()) {
        for (let j = 0; j < block.columns; j++) {
          const at = output * outputStride + (block.from + j) * columnStride
          shift[output] += (fake[at] - values[at]) * block.means[j]
        }
      }
    }
  }
  return { weight: Tensor.float32(weight.shape, values), shift }
}

async function blocksOf(
  { engine, matrix: { columns }, rows, isCentred }: LayerToRound,
  group: number,
): Promise<Block[]> {
  const blocks: Block[] = []
  for (let from = 0; from < columns; from += MOST_COLUMNS) {
    const to = Math.min(columns, from + MOST_COLUMNS)
    const block = rows.columns(group, from, to)
    const means = isCentred ? centre(block) : undefined
    blocks.push({ from, columns: to - from, means, moments: await secondMoments(engine, block) })
  }
  return blocks
}

/**
 * Output channels of a group and the column of the largest weight of each. Channels with another threshold (zeros, biases that would
 * overflow) are left out.
 */
function largestColumns(
  values: Float32Array,
  thresholds: Float32Array,
  { outputs, columns, outputStride, columnStride }: WeightMatrix,
  group: number,
): Map<number, number> {
  const largest = new Map<number, number>()
  for (let output = group * outputs; output < (group + 1) * outputs; output++) {
    for (let j = 0; j < columns && !largest.has(output); j++) {
      const isLargest = Math.abs(values[output * outputStride + j * columnStride]) === thresholds[output]
      if (isLargest) largest.set(output, j)
    }
  }
  return largest
}

/** Thresholds of some channels, in their order: the share of the present one with the least output error of the nearest codes. */
async function chooseThresholds(
  layer: LayerToRound,
  blocks: readonly Block[],
  channels: ReadonlyMap<number, number>,
): Promise<Float32Array> {
  const outputs = [...channels.keys()]
  const chosen = new Float32Array(outputs.length)
  const least = new Float64Array(outputs.length).fill(Infinity)
  for (const share of SHARES) {
    const thresholds = Float32Array.from(outputs, (output) => share * layer.thresholds[output])
    const errors = new Float64Array(outputs.length)
    for (const block of blocks) {
      const { difference, slopes } = await nearestCodes(layer, layer.weight.floats(), outputs, thresholds, block)
      for (let at = 0, o = 0; o < outputs.length; o++) {
        for (let j = 0; j < block.columns; j++, at++) errors[o] += difference[at] * slopes[at]
      }
    }
    for (const [o, error] of errors.entries()) {
      if (error < least[o]) [least[o], chosen[o]] = [error, thresholds[o]]
    }
  }
  return chosen
}

/** Nearest codes of a block, w - s q, and H (w - s q), outputs x columns. */
async function nearestCodes(
  { engine, matrix: { outputStride, columnStride } }: LayerToRound,
  values: Float32Array,
  outputs: readonly number[],
  thresholds: Float32Array,
  { from, columns, moments }: Block,
) {
  const weights = new Float32Array(outputs.length * columns)
  for (let at = 0, o = 0; o < outputs.length; o++) {
    const start = outputs[o] * outputStride + from * columnStride
    for (let j = 0; j < columns; j++, at++) weights[at] = values[start + j * columnStride]
  }
  const scales = weightScales(thresholds)
  const nearest = quantizeWeight(Tensor.float32([outputs.length, columns], weights), 0, scales, 0)
  const fake = dequantizeWeight(nearest, 0, scales).floats()
  const difference = weights.map((weight, i) => weight - fake[i])
  const errors = { rows: outputs.length, columns, values: difference }
  const slopes = (await matrixProduct(engine, errors, moments, false)).values
  return { codes: nearest.data as Int8Array, scales, difference, slopes }
}

/** Round the columns of a block of some channels; `values` are changed. */
async function roundBlock(
  layer: LayerToRound,
  values: Float32Array,
  channels: ReadonlyMap<number, number>,
  thresholds: Float32Array,
  block: Block,
): Promise<void> {
  const { outputStride, columnStride } = layer.matrix
  const { from, columns, moments } = block
  const outputs = [...channels.keys()]
  const { codes, scales, slopes } = await nearestCodes(layer, values, outputs, thresholds, block)
  const kept = Int32Array.from(outputs, (output) => channels.get(output)! - from)
  roundRows({ scales, codes, kept, moments: moments.values, slopes })
  for (let at = 0, o = 0; o < outputs.length; o++) {
    const threshold = thresholds[o]
    for (let j = 0; j < columns; j++, at++) {
      const code = codes[at]
      // 127 s may differ from the threshold in the last bit, and would then be the new threshold.
      const isEnd = Math.abs(code) === LARGEST
      const place = outputs[o] * outputStride + (from + j) * columnStride
      values[place] = isEnd ? Math.sign(code) * threshold : code * scales[o]
    }
  }
}

/** Take the mean of each column out of it; returns the means. */
function centre({ rows, columns, values }: Matrix): Float64Array {
  const means = new Float64Array(columns)
  for (let at = 0, row = 0; row < rows; row++) for (let j = 0; j < columns; j++) means[j] += values[at++] / rows
  for (let at = 0, row = 0; row < rows; row++) for (let j = 0; j < columns; j++) values[at++] -= means[j]
  return means
}

/** Mean of x x^T over the rows, damped. */
async function secondMoments(engine: Engine, x: Matrix): Promise<Matrix> {
  const { rows, columns } = x
  const sums = (await matrixProduct(engine, x, x, true)).values
  let trace = 0
  for (let j = 0; j < columns; j++) trace += sums[j * columns + j]
  const values = sums.map((sum) => sum / rows)
  const damping = (DAMPING * trace) / columns / rows
  for (let j = 0; j < columns; j++) values[j * columns + j] += damping
  return { rows: columns, columns, values }
}
