/**
 * Push Transposes towards the outputs, so that imports in channels-last layout become channels first inside.
 *
 * Before: y = f(Transpose(x, p), Transpose(z, p))
 * After:  y = Transpose(f(x, z), p)        with f's axes, pads and constants rearranged by the inverse of p
 * Only when every non-constant input comes through the same permutation.
 */
import type { Graph } from '../ir/graph.ts'
import { int, ints, type Node } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import type { Pass } from './pass.ts'
import { addConstant } from './rewrite.ts'

/** Rearranges a node's own axes; false where it cannot be done. `perm` is the Transpose in front of it. */
type Remap = (graph: Graph, node: Node, perm: readonly number[]) => boolean

const keep: Remap = () => true

const axisAttribute: Remap = (_, node, perm) => {
  const axis = node.int('axis', node.is('Softmax') ? -1 : 0)
  node.attributes.set('axis', int(perm[axis < 0 ? axis + perm.length : axis]))
  return true
}

/** A constant operand of full rank moves with the data; a scalar stays. */
const operands: Remap = (graph, node, perm) => {
  const constants = node.inputs.map((input) => graph.constant(input))
  const fits = (tensor: Tensor | undefined): boolean =>
    tensor === undefined || tensor.size === 1 || (tensor.dtype === 'float32' && tensor.shape.length <= perm.length)
  if (!constants.every(fits)) return false
  for (const [port, tensor] of constants.entries()) {
    if (!tensor || tensor.size === 1) continue
    graph.setInput(node, port, addConstant(graph, `${node.inputs[port]}_transposed`, permuteBack(tensor, perm)))
  }
  return true
}

const reduced: Remap = (graph, node, perm) => {
  const axes = graph.constant(node.inputs[1] ?? '')?.numbers()
  if (node.int('keepdims', 1) !== 1 || !axes) return false
  const moved = axes.map((axis) => perm[axis < 0 ? axis + perm.length : axis])
  graph.setInput(node, 1, addConstant(graph, `${node.name}_axes`, Tensor.int64([moved.length], moved)))
  return true
}

const padded: Remap = (graph, node, perm) => {
  const pads = graph.constant(node.inputs[1])?.numbers()
  if (!pads || (node.inputs[3] ?? '') !== '' || pads.length !== 2 * perm.length) return false
  const moved = pads.slice()
  for (const [i, axis] of perm.entries()) {
    moved[axis] = pads[i]
    moved[axis + perm.length] = pads[i + perm.length]
  }
  graph.setInput(node, 1, addConstant(graph, `${node.name}_pads`, Tensor.int64([moved.length], moved)))
  return true
}

const REMAPS: Readonly<Record<string, Remap>> = {
  ...Object.fromEntries(
    'Relu LeakyRelu Sigmoid HardSigmoid HardSwish Tanh Clip Exp Log Sqrt Abs Neg Elu Softplus Mish Gelu Erf HzSwish Reciprocal'
      .split(' ')
      .map((opType) => [opType, keep]),
  ),
  Add: operands,
  Sub: operands,
  Mul: operands,
  Div: operands,
  Max: operands,
  Min: operands,
  PRelu: operands,
  HzScaledHardSwish: operands,
  Pow: operands,
  Concat: (graph, node, perm) =>
    !node.inputs.some((input) => graph.constant(input)) && axisAttribute(graph, node, perm),
  Softmax: axisAttribute,
  ReduceMean: reduced,
  ReduceMax: reduced,
  ReduceSum: reduced,
  Pad: padded,
}

/** Inputs of these operators behind the first are settings, not data. */
const ONE_DATA_INPUT = new Set(['Clip', 'ReduceMean', 'ReduceMax', 'ReduceSum', 'Pad'])

export const sinkTransposes: Pass = {
  name: 'sink-transposes',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) if (sink(graph, node)) rewrites++
    return rewrites
  },
}

function sink(graph: Graph, node: Node): boolean {
  const remap = REMAPS[node.opType]
  const data = ONE_DATA_INPUT.has(node.opType) ? node.inputs.slice(0, 1) : node.inputs
  const moving = data.filter((input) => !graph.constant(input))
  const transposes = moving.map((input) => graph.producer(input))
  const perm = transposes[0]?.ints('perm')
  if (!remap || !perm || node.outputs.length !== 1) return false
  const same = transposes.every(
    (producer) => producer?.is('Transpose') && producer.ints('perm')?.join() === perm.join(),
  )
  // Broadcasting between ranks would line axes up differently after the move.
  const rank = moving.every((input) => graph.type(input)?.shape?.length === perm.length)
  if (!same || !rank || !remap(graph, node, perm)) return false
  graph.setInputs(
    node,
    node.inputs.map((input) => (moving.includes(input) ? graph.producer(input)!.inputs[0] : input)),
  )
  const [output] = node.outputs
  const inner = graph.freshName(`${output}_sunk`)
  graph.setOutput(node, 0, inner)
  graph.addNode({
    name: graph.freshNodeName(`${node.name}_Transpose`),
    opType: 'Transpose',
    inputs: [inner],
    outputs: [output],
    attributes: { perm: ints(perm) },
  })
  return true
}

/** The tensor z with Transpose(z, perm) = tensor (rank filled up with leading ones). */
function permuteBack(tensor: Tensor, perm: readonly number[]): Tensor {
  const shape = [...Array<number>(perm.length - tensor.shape.length).fill(1), ...tensor.shape]
  const target = perm.map(() => 1)
  for (const [i, axis] of perm.entries()) target[axis] = shape[i]
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1))
  const targetStrides = target.map((_, i) => target.slice(i + 1).reduce((a, b) => a * b, 1))
  const data = tensor.floats()
  const result = new Float32Array(data.length)
  for (let flat = 0; flat < data.length; flat++) {
    let index = 0
    for (const [i, axis] of perm.entries()) index += (Math.floor(flat / strides[i]) % shape[i]) * targetStrides[axis]
    result[index] = data[flat]
  }
  return Tensor.float32(target, result)
}
