/** A small file in which every part of the format and many conversions occur: food for fuzzing. */
import { create } from '@bufbuild/protobuf'
import { Graph, type ValueInfo } from '../../src/ir/graph.ts'
import { type Attribute, float, floats, int, ints, string } from '../../src/ir/node.ts'
import { Tensor } from '../../src/ir/tensor.ts'
import { FunctionProtoSchema, StringStringEntryProtoSchema } from '../../src/onnx/gen/onnx_pb.ts'
import { encodeAt } from './at-opset.ts'

const info = (name: string, shape: readonly number[] = [1, 2, 4, 4]): ValueInfo => ({
  name,
  dtype: 'float32',
  shape,
})

/** An opset 9 model of some 1.5 kB with sub-graph, function, external and half constants, typed fields and attributes of all kinds. */
export function manyOperators(): Uint8Array {
  const graph = new Graph('many', [info('x')], [info('y'), info('rows', [1, 32])])
  let value = 'x'
  const add = (opType: string, attributes: Record<string, Attribute>, ...constants: string[]): void => {
    const output = `v${graph.nodeCount}`
    graph.addNode({
      name: `${opType}${graph.nodeCount}`,
      opType,
      inputs: [value, ...constants],
      outputs: [output],
      attributes,
    })
    value = output
  }
  graph.setConstant('w', Tensor.float32([2, 2, 1, 1], [1, 2, 3, 4]))
  graph.setConstant('h', Tensor.of('float16', [2], Uint16Array.of(0x3c00, 0x4000)))
  graph.setConstant('k', Tensor.float32([2], [1, 2]))
  graph.setConstant('s', Tensor.int64([4], [0, 2, 4, 2]))
  add('Conv', { kernel_shape: ints([1, 1]) }, 'w', 'h')
  add('BatchNormalization', { epsilon: float(1e-3), spatial: int(1) }, 'k', 'k', 'k', 'k')
  add('Clip', { min: float(0), max: float(6) })
  add('Pad', { pads: ints([0, 0, 1, 1, 0, 0, 1, 1]), value: float(1) })
  add('Slice', { starts: ints([1, 1]), ends: ints([5, 5]), axes: ints([2, 3]) })
  add('Softmax', { axis: int(1) })
  add('Upsample', { mode: string('nearest') }, 'scales')
  graph.setConstant('scales', Tensor.float32([4], [1, 1, 0.5, 2]))
  add('Dropout', { ratio: float(0.5) })
  add('ReduceMean', { axes: ints([2]), keepdims: int(1) })
  add('Unsqueeze', { axes: ints([0]) })
  add('Squeeze', { axes: ints([0]) })
  add('Reshape', {}, 's')
  add(
    'LSTM',
    { activations: { type: 'strings', value: ['Tanh'] }, activation_alpha: floats([0.1, 0.2]), hidden_size: int(2) },
    'w',
    'w',
  )
  graph.setConstant('two', Tensor.int64([1], [2]))
  graph.setConstant('one', Tensor.float32([], [1]))
  const side = (opType: string, attributes: Record<string, Attribute>, ...inputs: string[]): void => {
    const outputs = [`side${graph.nodeCount}`]
    graph.addNode({ name: `${opType}${graph.nodeCount}`, opType, inputs, outputs, attributes })
  }
  side('MaxPool', { kernel_shape: ints([2, 2]), strides: ints([2, 2]), pads: ints([0, 0, 1, 1]) }, 'x')
  side('AveragePool', { kernel_shape: ints([3, 3]), auto_pad: string('SAME_UPPER'), count_include_pad: int(1) }, 'x')
  side('ConvTranspose', { output_padding: ints([1, 1]), strides: ints([2, 2]), group: int(1) }, 'x', 'w')
  side('Gemm', { transB: int(1) }, 'k2', 'k2')
  graph.setConstant('k2', Tensor.float32([1, 2], [1, 2]))
  side('Concat', { axis: int(1) }, 'x', 'x')
  side('Transpose', { perm: ints([0, 2, 3, 1]) }, 'x')
  side('Gather', { axis: int(1) }, 'x', 'two')
  side('Expand', {}, 'k', 's')
  side('Tile', {}, 'k', 'two')
  side('DepthToSpace', { blocksize: int(1) }, 'x')
  side('SpaceToDepth', { blocksize: int(2) }, 'x')
  side('OneHot', { axis: int(-1) }, 'two', 'two', 'k')
  side('ConstantOfShape', { value: { type: 'tensor', value: Tensor.float32([1], [3]) } }, 's')
  side('ArgMax', { axis: int(1), keepdims: int(0) }, 'x')
  side('MatMul', {}, 'k', 'k')
  side('Flatten', { axis: int(2) }, 'x')
  side('Shape', {}, 'x')
  side('EyeLike', { dtype: int(1), k: int(1) }, 'k2')
  side('Cast', { to: int(7) }, 'x')
  side('Mul', {}, 'x', 'one')
  side('TopK', { k: int(1) }, 'x')
  side('LRN', { size: int(3) }, 'x')
  side('GlobalAveragePool', {}, 'x')
  graph.setConstant('bool', Tensor.of('bool', [], Uint8Array.of(1)))
  const inner = new Graph('inner', [], [info('r')])
  inner.addNode({ name: 'inner', opType: 'Split', inputs: ['x'], outputs: ['r'], attributes: { split: ints([2]) } })
  const branches: Record<string, Attribute> = {
    then_branch: { type: 'graph', value: inner },
    else_branch: { type: 'graph', value: inner },
    value: { type: 'tensor', value: Tensor.of('int8', [3], Int8Array.of(1, 2, 3)) },
  }
  graph.addNode({ name: 'if', opType: 'If', inputs: ['bool'], outputs: ['y'], attributes: branches })
  graph.addNode({ name: 'own', opType: 'Own', domain: 'test', inputs: ['x'], outputs: ['own'] })
  graph.addNode({ name: 'rows', opType: 'Flatten', inputs: ['own'], outputs: ['rows'] })
  return encodeAt(graph, 9, (proto) => {
    const [w, , k] = proto.graph!.initializer
    Object.assign(w, { dataLocation: 1, rawData: new Uint8Array(0) })
    w.externalData = Object.entries({ location: 'w.bin', offset: '0', length: '16' }).map(([key, text]) =>
      create(StringStringEntryProtoSchema, { key, value: text }),
    )
    Object.assign(k, { rawData: new Uint8Array(0), floatData: [new Uint8Array(8)] })
    proto.metadataProps = [create(StringStringEntryProtoSchema, { key: 'author', value: 'test' })]
    const node = { ...proto.graph!.node[2], input: ['a'], output: ['b'] }
    proto.functions = [
      create(FunctionProtoSchema, {
        name: 'Own',
        domain: 'test',
        input: ['a'],
        output: ['b'],
        node: [node],
        opsetImport: proto.opsetImport,
      }),
    ]
  })
}
