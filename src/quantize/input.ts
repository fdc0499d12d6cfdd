/**
 * The quantized model's image inputs: int8 X_128 in the runtime layout instead of float32 X_128 in train layout.
 *
 * Before: x float32 [train layout] -> ...
 * After:  x int8 [runtime layout] -> Transpose (where the layouts differ) -> Cast -> ...
 *
 * A Cast, not a DequantizeLinear: behind the latter onnxruntime would quantize HzPreprocess's float weights per tensor.
 */
import type { Layout } from '../config/types.ts'
import type { Graph } from '../ir/graph.ts'
import { int, ints } from '../ir/node.ts'

const PERMUTATION: Record<Layout, readonly number[]> = { NHWC: [0, 3, 1, 2], NCHW: [0, 2, 3, 1] }

/** Turn input `name` into int8 of layout `runtime`. */
export function quantizeInput(graph: Graph, name: string, train: Layout, runtime: Layout): void {
  const info = graph.inputs.find((input) => input.name === name)!
  const readers = [...graph.consumers(name)]
  const shape = info.shape!
  info.dtype = 'int8'
  let current = name
  if (train !== runtime) {
    // PERMUTATION[runtime] leads from the runtime layout to the other one.
    const back = PERMUTATION[runtime]
    info.shape = back.map((_, axis) => shape[back.indexOf(axis)])
    const transposed = graph.freshName(`${name}_${train}`)
    const following = readers.length === 1 ? readers[0] : undefined
    if (following?.is('Transpose') && PERMUTATION[train].every((axis, i) => following.ints('perm')?.[i] === axis)) {
      // train -> runtime Transpose of an imported NHWC model: it and ours cancel.
      graph.removeNode(following)
      castTo(graph, name, following.outputs[0], `${name}_Cast`)
      return
    }
    graph.addNode({
      name: graph.freshNodeName(`${name}_to_${train}`),
      opType: 'Transpose',
      inputs: [name],
      outputs: [transposed],
      attributes: { perm: ints(back) },
    })
    current = transposed
  }
  const float = graph.freshName(`${name}_float`)
  castTo(graph, current, float, `${name}_Cast`)
  for (const reader of readers) {
    graph.setInputs(
      reader,
      reader.inputs.map((value) => (value === name ? float : value)),
    )
  }
}

function castTo(graph: Graph, from: string, to: string, nodeName: string): void {
  graph.addNode({
    name: graph.freshNodeName(nodeName),
    opType: 'Cast',
    inputs: [from],
    outputs: [to],
    attributes: { to: int(1) },
  })
}
