/**
 * A MatMul of a rank-2 activation with a constant matrix, and the Add behind it, become one Gemm; Gemm's alpha, beta and
 * transB are folded into its constants.
 *
 * Before: y = MatMul(x, W) + b           y = alpha x W' + beta b
 * After:  y = Gemm(x, W^T, b, transB=1)  (alpha = beta = 1)
 */
import type { Graph } from '../ir/graph.ts'
import { int, type Node } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import type { Pass } from './pass.ts'
import { absorb, addConstant, floatConstant } from './rewrite.ts'

export const matmulToGemm: Pass = {
  name: 'matmul-to-gemm',
  run(graph) {
    let rewrites = 0
    for (const node of graph.sorted()) {
      if (node.is('MatMul') && fromMatMul(graph, node)) rewrites++
      else if (node.is('Gemm') && normalise(graph, node)) rewrites++
    }
    return rewrites
  },
}

function fromMatMul(graph: Graph, node: Node): boolean {
  const weight = floatConstant(graph, node.inputs[1])
  if (weight?.shape.length !== 2 || graph.type(node.inputs[0])?.shape?.length !== 2) return false
  const add = graph.soleConsumer(node.outputs[0])
  const bias = add?.is('Add') ? add.inputs.find((input) => floatConstant(graph, input)) : undefined
  const vector = bias === undefined ? undefined : floatConstant(graph, bias)
  const fits = vector && vector.size === weight.shape[1] && vector.shape[vector.shape.length - 1] === vector.size
  const inputs = [node.inputs[0], addConstant(graph, `${node.name}_weight`, transposed(weight))]
  if (fits) inputs.push(addConstant(graph, `${node.name}_bias`, vector.reshape([vector.size])))
  graph.removeNode(node)
  const gemm = graph.addNode({
    name: node.name,
    opType: 'Gemm',
    inputs,
    outputs: node.outputs,
    attributes: { transB: int(1) },
  })
  if (fits && add) absorb(graph, gemm, add)
  return true
}

function normalise(graph: Graph, node: Node): boolean {
  const weight = floatConstant(graph, node.inputs[1])
  if (!weight || node.int('transA', 0) === 1) return false
  const alpha = node.float('alpha', 1)
  const beta = node.float('beta', 1)
  const transposedAlready = node.int('transB', 0) === 1
  if (alpha === 1 && beta === 1 && transposedAlready) return false
  const bias = node.inputs[2] ? floatConstant(graph, node.inputs[2]) : undefined
  if (node.inputs[2] && !bias) return false
  const oriented = transposedAlready ? weight : transposed(weight)
  const scaled = Tensor.float32(
    oriented.shape,
    oriented.floats().map((value) => value * alpha),
  )
  const inputs = [node.inputs[0], addConstant(graph, `${node.name}_weight`, scaled)]
  if (bias) {
    const scaledBias = Tensor.float32(
      bias.shape,
      bias.floats().map((value) => value * beta),
    )
    inputs.push(addConstant(graph, `${node.name}_bias`, scaledBias))
  }
  graph.setInputs(node, inputs)
  for (const name of ['alpha', 'beta']) node.attributes.delete(name)
  node.attributes.set('transB', int(1))
  return true
}

function transposed(matrix: Tensor): Tensor {
  const [rows, columns] = matrix.shape
  const data = matrix.floats()
  const result = new Float32Array(data.length)
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = data[r * columns + c]
  return Tensor.float32([columns, rows], result)
}
