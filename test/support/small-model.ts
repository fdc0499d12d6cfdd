/** A small network built by hand: Conv, Relu, Add of a constant, Reshape. */
import { Graph } from '../../src/ir/graph.ts'
import { type Model, modelOf } from '../../src/ir/model.ts'
import { ints } from '../../src/ir/node.ts'
import { Tensor } from '../../src/ir/tensor.ts'
import { writeOnnx } from '../../src/onnx/write.ts'

/** data [1, 2, 4, 4] -> out [1, 12]. */
export function smallModel(): Model {
  const graph = new Graph(
    'small',
    [{ name: 'data', dtype: 'float32', shape: [1, 2, 4, 4] }],
    [{ name: 'out', dtype: 'float32', shape: [1, 12] }],
  )
  const weights = Float32Array.from({ length: 54 }, (_, i) => Math.sin(i))
  graph.setConstant('w', Tensor.float32([3, 2, 3, 3], weights))
  graph.setConstant('b', Tensor.float32([3], [0.5, -0.25, 1]))
  graph.setConstant('c', Tensor.float32([1, 3, 1, 1], [1, 2, 3]))
  graph.setConstant('s', Tensor.int64([2], [1, -1]))
  graph.addNode({
    name: 'conv',
    opType: 'Conv',
    inputs: ['data', 'w', 'b'],
    outputs: ['x'],
    attributes: { kernel_shape: ints([3, 3]) },
  })
  graph.addNode({ name: 'relu', opType: 'Relu', inputs: ['x'], outputs: ['y'] })
  graph.addNode({ name: 'add', opType: 'Add', inputs: ['y', 'c'], outputs: ['z'] })
  graph.addNode({ name: 'reshape', opType: 'Reshape', inputs: ['z', 's'], outputs: ['out'] })
  return modelOf(graph)
}

export function smallModelBytes(): Uint8Array {
  return writeOnnx(smallModel())
}
