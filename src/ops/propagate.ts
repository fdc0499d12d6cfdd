/**
 * Values of small integer and float tensors computed while shapes are inferred: the arithmetic that exporters put between a
 * Shape and a Reshape. Only what such sub-graphs use; larger constants are folded by a pass that runs the engine.
 */
import type { DType } from '../ir/dtype.ts'
import type { Node } from '../ir/node.ts'
import { elementCount, Tensor, toInt64 } from '../ir/tensor.ts'
import { arrayConstructor } from '../ir/dtype.ts'
import { sliceBounds } from './shape/movement.ts'
import type { ValueType } from '../ir/graph.ts'

/** Tensors above this many elements are not computed here. */
const LIMIT = 4096

type Evaluator = (node: Node, inputs: readonly Tensor[], output: ValueType) => number[] | undefined

const binary =
  (compute: (a: number, b: number) => number): Evaluator =>
  (_, [a, b], output) => {
    const shape = output.shape as readonly number[]
    const left = broadcastReader(a, shape)
    const right = broadcastReader(b, shape)
    return Array.from({ length: elementCount(shape) }, (_, i) => compute(left(i), right(i)))
  }

const unary =
  (compute: (a: number) => number): Evaluator =>
  (_, [a]) =>
    a.numbers().map(compute)

const copy: Evaluator = (_, [a]) => a.numbers()

const EVALUATORS: Readonly<Record<string, Evaluator>> = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: (node, inputs, output) =>
    binary((a, b) => (output.dtype.startsWith('float') ? a / b : Math.trunc(a / b)))(node, inputs, output),
  Mod: binary((a, b) => ((a % b) + b) % b),
  Min: binary(Math.min),
  Max: binary(Math.max),
  Equal: binary((a, b) => (a === b ? 1 : 0)),
  Greater: binary((a, b) => (a > b ? 1 : 0)),
  Less: binary((a, b) => (a < b ? 1 : 0)),
  Floor: unary(Math.floor),
  Ceil: unary(Math.ceil),
  Sqrt: unary(Math.sqrt),
  Neg: unary((a) => -a),
  Cast: (_, [a], output) => a.numbers().map((value) => (output.dtype.startsWith('float') ? value : Math.trunc(value))),
  Identity: copy,
  Reshape: copy,
  Squeeze: copy,
  Unsqueeze: copy,
  Flatten: copy,
  Concat: (_, inputs) =>
    inputs.every((input) => input.shape.length === 1) ? inputs.flatMap((input) => input.numbers()) : undefined,
  Gather: (_, [data, indices]) => {
    if (data.shape.length !== 1) return undefined
    const values = data.numbers()
    return indices.numbers().map((index) => values[index < 0 ? index + values.length : index])
  },
  Slice: (_, [data, starts, ends, axes, steps], output) => {
    const shape = output.shape as readonly number[]
    const from = data.shape.map(() => 0)
    const step = data.shape.map(() => 1)
    for (const [i, start] of starts.numbers().entries()) {
      const given = axes?.numbers()[i] ?? i
      const axis = given < 0 ? given + data.shape.length : given
      step[axis] = steps?.numbers()[i] ?? 1
      from[axis] = sliceBounds(data.shape[axis], start, ends.numbers()[i], step[axis])[0]
    }
    return pickElements(data, shape, (position, axis) => from[axis] + position * step[axis])
  },
  Transpose: (node, [data], output) => {
    const shape = output.shape as readonly number[]
    const perm = node.ints('perm') ?? data.shape.map((_, i) => data.shape.length - 1 - i)
    const values = data.numbers()
    const strides = stridesOf(data.shape)
    return eachPosition(shape, (position) => values[position.reduce((sum, p, i) => sum + p * strides[perm[i]], 0)])
  },
  Where: (_, [condition, a, b], output) => {
    const shape = output.shape as readonly number[]
    const [test, left, right] = [condition, a, b].map((tensor) => broadcastReader(tensor, shape))
    return Array.from({ length: elementCount(shape) }, (_, i) => (test(i) ? left(i) : right(i)))
  },
  ConstantOfShape: (node, _, output) =>
    Array<number>(elementCount(output.shape as readonly number[])).fill(node.tensor('value')?.numbers()[0] ?? 0),
  Expand: (_, [a], output) => {
    const shape = output.shape as readonly number[]
    const read = broadcastReader(a, shape)
    return Array.from({ length: elementCount(shape) }, (_, i) => read(i))
  },
  Range: (_, [start, limit, delta]) => {
    const [from, to, step] = [start, limit, delta].map((tensor) => tensor.numbers()[0])
    return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, i) => from + i * step)
  },
  ReduceProd: (node, [a]) =>
    node.inputs.length === 1 || a.shape.length === 1 ? [a.numbers().reduce((x, y) => x * y, 1)] : undefined,
  ReduceSum: (node, [a]) =>
    node.inputs.length === 1 || a.shape.length === 1 ? [a.numbers().reduce((x, y) => x + y, 0)] : undefined,
}

/** The node's only output where all inputs are known and small; undefined otherwise. */
export function propagateConstant(
  node: Node,
  inputs: readonly (Tensor | undefined)[],
  output: ValueType | undefined,
): Tensor | undefined {
  if (node.domain !== '' || !output?.shape?.every((dim) => typeof dim === 'number') || output.dtype === 'string')
    return undefined
  const shape = output.shape
  const evaluator = EVALUATORS[node.opType]
  if (!evaluator || elementCount(shape) > LIMIT) return undefined
  const given = inputs.slice(0, lastGiven(node) + 1)
  if (given.some((tensor) => tensor === undefined || tensor.size > LIMIT)) return undefined
  const values = evaluator(node, given as readonly Tensor[], output)
  if (values?.length !== elementCount(shape)) return undefined
  // a division by zero or an index out of range: the engine shall say so
  if (!output.dtype.startsWith('float') && !values.every(Number.isFinite)) return undefined
  return tensorFrom(output.dtype, shape, values)
}

function lastGiven(node: Node): number {
  return node.inputs.findLastIndex((input) => input !== '')
}

/** A tensor of any numeric type from plain numbers. */
export function tensorFrom(dtype: DType, shape: readonly number[], values: readonly number[]): Tensor {
  if (dtype === 'int64') return Tensor.int64(shape, values)
  const array = new (arrayConstructor(dtype))(values.length)
  for (const [i, value] of values.entries()) array[i] = dtype === 'uint64' ? toInt64(value) : value
  return Tensor.of(dtype, shape, array)
}

/** Reads a tensor as if broadcast to `shape`, by flat index. */
function broadcastReader(tensor: Tensor, shape: readonly number[]): (flat: number) => number {
  const values = tensor.numbers()
  if (values.length === 1) return () => values[0]
  const own = tensor.shape
  const offset = shape.length - own.length
  return (flat) => {
    let index = 0
    let stride = 1
    let rest = flat
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const position = rest % shape[axis]
      rest = Math.floor(rest / shape[axis])
      if (axis < offset) continue
      if (own[axis - offset] !== 1) index += position * stride
      stride *= own[axis - offset]
    }
    return values[index]
  }
}

function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1)
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1]
  return strides
}

/** One value per position of a shape, in C order. */
function eachPosition(shape: readonly number[], value: (position: readonly number[]) => number): number[] {
  const strides = stridesOf(shape)
  return Array.from({ length: elementCount(shape) }, (_, flat) =>
    value(shape.map((size, axis) => Math.floor(flat / strides[axis]) % size)),
  )
}

/** Elements of a tensor under a map of positions, axis by axis. */
function pickElements(
  data: Tensor,
  shape: readonly number[],
  source: (position: number, axis: number) => number,
): number[] {
  const values = data.numbers()
  const strides = stridesOf(data.shape)
  return eachPosition(
    shape,
    (position) => values[position.reduce((sum, p, axis) => sum + source(p, axis) * strides[axis], 0)],
  )
}
