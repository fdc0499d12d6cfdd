/**
 * What the weights of an operator meet: rows of input values, one per output position, taken from an activation.
 *
 *     y[position, o] = sum_j row[position, j] W[o, j]
 *
 * For a Conv a row is the patch under the kernel (im2col), channel by channel; zeros where it reaches into the padding.
 */
import { goldenFraction } from '../calibrate/spread.ts'
import type { Graph } from '../ir/graph.ts'
import type { Node } from '../ir/node.ts'
import { elementCount, type Tensor } from '../ir/tensor.ts'
import { windowOf } from '../ops/window.ts'
import type { Matrix } from './matrix-product.ts'
import type { WeightedUnit } from './plan.ts'

/** A weight as one matrix per group: W[o, j] of a group stands at (group * outputs + o) * outputStride + j * columnStride. */
export interface WeightMatrix {
  groups: number
  /** Outputs of a group. */
  outputs: number
  /** Length of a row. */
  columns: number
  outputStride: number
  columnStride: number
}

/** Undefined for operators whose output positions see different parts of the weight (ConvTranspose). */
export function weightMatrix(graph: Graph, { node, weight, axis }: WeightedUnit): WeightMatrix | undefined {
  const { shape, size } = graph.constant(weight)!
  if (node.is('Conv')) {
    const groups = node.int('group', 1)
    const columns = size / shape[0]
    return { groups, outputs: shape[0] / groups, columns, outputStride: columns, columnStride: 1 }
  }
  if (!node.is('Gemm', 'MatMul')) return undefined
  const outputs = shape[axis]
  const columns = size / outputs
  return axis === 0
    ? { groups: 1, outputs, columns, outputStride: columns, columnStride: 1 }
    : { groups: 1, outputs, columns, outputStride: 1, columnStride: outputs }
}

/** Rows at chosen positions of several samples. */
export interface InputRows {
  /** Number of rows. */
  count: number
  /** Columns `from` to `to` of the rows of a group. */
  columns(group: number, from: number, to: number): Matrix
}

/**
 * Rows of an operator's first input, at positions spread over all samples.
 *
 * @param activations that input, sample by sample
 * @param most number of rows, all samples together
 */
export function inputRows(graph: Graph, node: Node, activations: readonly Tensor[], most: number): InputRows {
  const wanted = Math.ceil(most / activations.length)
  const readers = activations.map((input) => {
    const reader = node.is('Conv') ? patchReader(graph, node, input) : matrixReader(input)
    const count = Math.min(wanted, reader.positions)
    const positions = Array.from({ length: count }, (_, k) =>
      // In line with no row or column of the picture.
      count === reader.positions ? k : Math.floor(goldenFraction(k) * reader.positions),
    )
    return { count, read: reader.at(positions) }
  })
  const rows = readers.reduce((sum, { count }) => sum + count, 0)
  return {
    count: rows,
    columns(group, from, to) {
      const columns = to - from
      const values = new Float32Array(rows * columns)
      let offset = 0
      for (const { count, read } of readers) {
        read(group, from, to, values.subarray(offset, offset + count * columns))
        offset += count * columns
      }
      return { rows, columns, values }
    },
  }
}

/** Writes columns `from` to `to` of a group's rows into `target`, row after row. */
type Read = (group: number, from: number, to: number, target: Float32Array) => void

interface Reader {
  /** Number of output positions. */
  positions: number
  at(positions: readonly number[]): Read
}

function matrixReader(input: Tensor): Reader {
  const width = input.shape[input.shape.length - 1]
  const data = input.floats()
  return {
    positions: data.length / width,
    at: (positions) => (_group, from, to, target) => {
      for (const [row, position] of positions.entries()) {
        target.set(data.subarray(position * width + from, position * width + to), row * (to - from))
      }
    },
  }
}

function patchReader(graph: Graph, node: Node, input: Tensor): Reader {
  const weight = graph.shape(node.inputs[1]) as number[]
  const [spatial, kernel] = [input.shape.slice(2), weight.slice(2)]
  const output = graph.shape(node.outputs[0])!.slice(2)
  const { strides, pads, dilations } = windowOf(node, kernel, spatial)
  const [plane, taps, perImage] = [elementCount(spatial), elementCount(kernel), elementCount(output)]
  const data = input.floats()
  /** Where a tap of a position reads in its plane; -1 in the padding. */
  const placeOf = (position: number, tap: number): number => {
    let place = 0
    let stride = 1
    for (let axis = kernel.length - 1; axis >= 0; axis--) {
      const at = (position % output[axis]) * strides[axis] - pads[axis] + (tap % kernel[axis]) * dilations[axis]
      if (at < 0 || at >= spatial[axis]) return -1
      place += at * stride
      stride *= spatial[axis]
      position = Math.floor(position / output[axis])
      tap = Math.floor(tap / kernel[axis])
    }
    return place
  }
  return {
    positions: input.shape[0] * perImage,
    at(positions) {
      const images = positions.map((position) => Math.floor(position / perImage) * input.shape[1])
      const places = Int32Array.from({ length: positions.length * taps }, (_, k) =>
        placeOf(positions[Math.floor(k / taps)] % perImage, k % taps),
      )
      return (group, from, to, target) => {
        for (const [row, image] of images.entries()) {
          const first = (image + group * weight[1]) * plane
          let tap = from % taps
          let start = first + ((from - tap) / taps) * plane
          for (let at = row * (to - from), end = at + to - from; at < end; at++) {
            const place = places[row * taps + tap]
            target[at] = place < 0 ? 0 : data[start + place]
            if (++tap < taps) continue
            tap = 0
            start += plane
          }
        }
      }
    },
  }
}
