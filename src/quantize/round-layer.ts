/**
 * Codes of one operator's weight by the second moments of what it meets (round-rows.ts).
 *
 * The largest weight of each channel keeps its value, and so its code of 127: the scale stays what it is whoever computes it anew from
 * the rounded weights.
 */
import type { Engine } from '../engine.ts'
import { Tensor } from '../ir/tensor.ts'
import type { InputRows, WeightMatrix } from './input-rows.ts'
import { type Matrix, matrixProduct } from './matrix-product.ts'
import { roundRows } from './round-rows.ts'
import { dequantizeWeight, quantizeWeight, weightScales } from './weights.ts'

/** Longer rows are rounded in blocks of so many columns, as if blocks did not influence each other. */
const MOST_COLUMNS = 1024
/** Share of the mean of H's diagonal that is added to it. */
const DAMPING = 0.01
/** Largest code of a weight. */
const LARGEST = 127

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

/** The rounded weight, and what each output's mean loses by it against the present one (zeros unless centred). */
export async function roundLayer(layer: LayerToRound): Promise<{ weight: Tensor; shift: Float32Array }> {
  const { matrix, rows, weight, axis, present, thresholds, isCentred } = layer
  const { groups, outputs, columns, outputStride, columnStride } = matrix
  const scales = weightScales(thresholds)
  const fake = dequantizeWeight(quantizeWeight(present, axis, scales, 0), axis, scales).floats()
  const values = weight.floats().slice()
  const shift = new Float32Array(groups * outputs)
  for (let group = 0; group < groups; group++) {
    const channels = largestColumns(weight.floats(), thresholds, matrix, group)
    for (let from = 0; from < columns; from += MOST_COLUMNS) {
      const to = Math.min(columns, from + MOST_COLUMNS)
      const block = rows.columns(group, from, to)
      const means = isCentred ? centre(block) : undefined
      await roundBlock(layer, values, channels, from, block)
      if (!means) continue
      for (const output of channels.keys()) {
        for (let j = 0; j < to - from; j++) {
          const at = output * outputStride + (from + j) * columnStride
          shift[output] += (fake[at] - values[at]) * means[j]
        }
      }
    }
  }
  return { weight: Tensor.float32(weight.shape, values), shift }
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

/** Round the columns of a block, from `from` on, of some channels; `values` are changed. */
async function roundBlock(
  { engine, matrix: { outputStride, columnStride }, thresholds }: LayerToRound,
  values: Float32Array,
  channels: ReadonlyMap<number, number>,
  from: number,
  rows: Matrix,
): Promise<void> {
  const outputs = [...channels.keys()]
  if (outputs.length === 0) return
  const { columns } = rows
  const place = (o: number, j: number): number => outputs[o] * outputStride + (from + j) * columnStride
  const scales = weightScales(Float32Array.from(outputs, (output) => thresholds[output]))
  const weights = new Float32Array(outputs.length * columns)
  for (let o = 0; o < outputs.length; o++) {
    for (let j = 0; j < columns; j++) weights[o * columns + j] = values[place(o, j)]
  }
  const nearest = quantizeWeight(Tensor.float32([outputs.length, columns], weights), 0, scales, 0)
  const codes = nearest.data as Int8Array
  const fake = dequantizeWeight(nearest, 0, scales).floats()
  const moments = await secondMoments(engine, rows)
  const errors = { rows: outputs.length, columns, values: weights.map((weight, i) => weight - fake[i]) }
  const slopes = await matrixProduct(engine, errors, { rows: columns, columns, values: moments }, false)
  const kept = Int32Array.from(outputs, (output) => channels.get(output)! - from)
  roundRows({ scales, codes, kept, moments, slopes: slopes.values })
  for (let o = 0; o < outputs.length; o++) {
    const threshold = thresholds[outputs[o]]
    for (let j = 0; j < columns; j++) {
      const code = codes[o * columns + j]
      // 127 s may differ from the threshold in the last bit, and would then be the new threshold.
      const isEnd = Math.abs(code) === LARGEST
      if (j !== kept[o]) values[place(o, j)] = isEnd ? Math.sign(code) * threshold : code * scales[o]
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
async function secondMoments(engine: Engine, x: Matrix): Promise<Float32Array> {
  const { rows, columns } = x
  const sums = (await matrixProduct(engine, x, x, true)).values
  let trace = 0
  for (let j = 0; j < columns; j++) trace += sums[j * columns + j]
  const moments = sums.map((sum) => sum / rows)
  for (let j = 0; j < columns; j++) moments[j * columns + j] += (DAMPING * trace) / columns / rows
  return moments
}
