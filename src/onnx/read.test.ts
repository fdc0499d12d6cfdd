/** What is refused while a model is read, and what a user is told. */
import { describe, expect, test } from 'vitest'
import { create } from '@bufbuild/protobuf'
import { encodeAt } from '../../test/support/at-opset.ts'
import { smallModel } from '../../test/support/small-model.ts'
import { told } from '../../test/support/told.ts'
import { Graph } from '../ir/graph.ts'
import { type Attribute, int } from '../ir/node.ts'
import { type ModelProto, SparseTensorProtoSchema, type TypeProto } from './gen/onnx_pb.ts'
import { refuseQuantized } from './quantized.ts'
import { readOnnx } from './read.ts'

/** The small network after an edit of its protobuf form. */
function edited(edit: (proto: ModelProto) => void, opset = 21): string {
  const bytes = encodeAt(smallModel().graph, opset, edit)
  return told(() => refuseQuantized(readOnnx(bytes, { source: 'net.onnx' }).graph))
}

/** A network of one node. */
function one(opType: string, opset: number, attributes: Record<string, Attribute> = {}, domain = ''): string {
  const graph = new Graph(
    'one',
    [{ name: 'x', dtype: 'float32', shape: [1, 3, 4, 4] }],
    [{ name: 'y', dtype: 'float32', shape: undefined }],
  )
  graph.addNode({ name: 'node', opType, domain, inputs: ['x'], outputs: ['y'], attributes })
  return told(() => readOnnx(encodeAt(graph, opset), { source: 'net.onnx' }))
}

describe('versions', () => {
  test.each([7, 13, 21, 26])('opset %i is read', (opset) => {
    expect(edited(() => {}, opset)).toBe('no error')
  })
  test('an opset that is too old', () => {
    expect(edited(() => {}, 6)).toMatchInlineSnapshot(`
      "READ_OPSET
      the model has opset 6; opset 7 to 26 can be read
      at: net.onnx
      fix: export with opset_version=11 to 17, which every tool reads"
    `)
  })
  test('an opset that is too new', () => {
    expect(edited(() => {}, 27)).toContain('READ_OPSET\nthe model has opset 27')
  })
  test('no opset at all', () => {
    expect(edited((proto) => void (proto.opsetImport = []))).toContain('READ_OPSET')
  })
  test('the IR version', () => {
    expect(edited((proto) => void (proto.irVersion = 13n))).toBe('no error')
    expect(edited((proto) => void (proto.irVersion = 3n))).toBe('no error')
    expect(edited((proto) => void (proto.irVersion = 14n))).toMatchInlineSnapshot(`
      "READ_IR_VERSION
      the model has IR version 14; versions up to 13 can be read
      at: net.onnx
      fix: export with an older onnx package, or set model.ir_version = 10 and save it again"
    `)
  })
  test('constants among the inputs, as before IR 4', () => {
    expect(
      edited((proto) => {
        const graph = proto.graph!
        graph.input = [...graph.input, ...graph.initializer.map(({ name }) => ({ ...graph.input[0], name }))]
      }),
    ).toBe('no error')
  })
})

describe('operators', () => {
  test('of an unknown domain', () => {
    expect(one('Fancy', 13, {}, 'com.example')).toMatchInlineSnapshot(`
      "READ_UNKNOWN_DOMAIN
      nodes:['node'] are specified as domain:com.example, which are not supported by official onnx. Please check whether these ops are official onnx ops or defined by yourself
      at: com.example::Fancy
      1 node(s), the first of type Fancy
      fix: export with standard operators, or define the operator as a model-local function; custom operators come in a later version"
    `)
  })
  test('that ONNX does not have', () => {
    expect(one('BatchNormalisation', 13)).toMatchInlineSnapshot(`
      "READ_UNKNOWN_OPERATOR
      node 'node' has type BatchNormalisation, which is no operator of ONNX (there is BatchNormalization)
      at: net.onnx: node
      fix: export with standard operators; custom operators come in a later version"
    `)
    expect(one('ATen', 13)).toContain(`node 'node' has type ATen, which is no operator of ONNX`)
  })
  test('inside a sub-graph', () => {
    const inner = new Graph('inner', [], [{ name: 'r', dtype: 'float32', shape: undefined }])
    inner.addNode({ name: 'deep', opType: 'Fancy', domain: 'com.example', inputs: ['x'], outputs: ['r'] })
    expect(one('If', 13, { then_branch: { type: 'graph', value: inner } })).toContain(
      `nodes:['deep'] are specified as domain`,
    )
  })
  test('newer than the internal opset', () => {
    expect(one('Attention', 23)).toMatchInlineSnapshot(`
      "READ_OPSET_OPERATOR
      operator Attention ('node') is newer than opset 21
      at: node
      fix: export with opset_version=17: the exporter then writes this operator as simpler ones"
    `)
  })
  test('whose old form has no new one', () => {
    expect(one('BatchNormalization', 7, { spatial: int(0) })).toMatchInlineSnapshot(`
      "READ_OPSET_OPERATOR
      BatchNormalization 'node': statistics per pixel (spatial = 0) left ONNX with opset 9
      at: node
      fix: export with another opset_version (11 to 17 are read by every tool)"
    `)
    expect(one('BatchNormalization', 14, { training_mode: int(1) })).toContain('it is in training mode')
    expect(one('Scan', 8)).toContain('Scan took another form with opset 9')
  })
  test('of a quantized model', () => {
    expect(edited((proto) => void (proto.graph!.node[1].opType = 'QuantizeLinear'))).toMatchInlineSnapshot(`
      "READ_ALREADY_QUANTIZED
      the model is quantized already (QuantizeLinear 'relu')
      at: relu
      fix: build from the float model it was made from; taking over thresholds of a quantized export (calibration_type: load) comes in a later version"
    `)
  })
})

describe('constants', () => {
  test('sparse ones', () => {
    expect(edited((proto) => void proto.graph!.sparseInitializer.push(create(SparseTensorProtoSchema))))
      .toMatchInlineSnapshot(`
      "READ_SPARSE
      the model holds sparse constants, which are not supported
      fix: export the model with dense weights"
    `)
  })
  test.each([
    [8, 'string'],
    [14, 'complex64'],
    [17, 'float8e4m3fn'],
    [21, 'uint4'],
    [22, 'int4'],
    [23, 'float4e2m1'],
    [99, 'type 99'],
  ])('of element type %i', (dataType, name) => {
    expect(edited((proto) => void (proto.graph!.initializer[0].dataType = dataType))).toContain(
      `READ_TENSOR_TYPE\nconstant 'w' has element type ${name}, which is not supported\nat: w\nfix: export`,
    )
  })
  test('of another size than their shape says', () => {
    expect(edited((proto) => void (proto.graph!.initializer[0].dims = [3n, 2n, 3n, 4n]))).toMatchInlineSnapshot(`
      "READ_TENSOR_SIZE
      constant 'w' is float32[3, 2, 3, 4] = 288 bytes, but the file holds 216
      at: w
      fix: the file is damaged or was cut off: export or download it again"
    `)
    expect(edited((proto) => void (proto.graph!.initializer[0].dims = [-54n]))).toContain('READ_TENSOR_SIZE')
    expect(edited((proto) => void (proto.graph!.initializer[0].dims = [2n ** 62n, 2n ** 62n]))).toContain(
      'READ_TENSOR_SIZE',
    )
  })
  test('in the field of another type', () => {
    expect(
      edited((proto) => {
        const [tensor] = proto.graph!.initializer
        Object.assign(tensor, { dataType: 7, dims: [2n], rawData: new Uint8Array(0), int32Data: [1, 2] })
      }),
    ).toContain('READ_TENSOR_SIZE')
  })
  test('of one name', () => {
    expect(edited((proto) => void (proto.graph!.initializer[1].name = 'w'))).toContain(
      `READ_DUPLICATE_CONSTANT\ntwo constants are named 'w'`,
    )
  })
  test('in another file that was not given', () => {
    expect(
      edited((proto) => {
        const entry = { $typeName: 'onnx.StringStringEntryProto', key: 'location', value: 'w.bin' } as const
        Object.assign(proto.graph!.initializer[0], { dataLocation: 1, externalData: [entry] })
      }),
    ).toMatchInlineSnapshot(`
      "READ_EXTERNAL_MISSING
      constant 'w' lies in another file (w.bin), which was not given
      at: w
      fix: keep the external data file in the folder of the .onnx file"
    `)
  })
})

describe('values and attributes', () => {
  const ofType = (type: Partial<TypeProto>): string =>
    edited((proto) => Object.assign(proto.graph!.input[0], { type: { $typeName: 'onnx.TypeProto', ...type } }))
  test('inputs that are no tensors', () => {
    expect(ofType({ value: { case: undefined } })).toMatchInlineSnapshot(`
      "READ_VALUE_KIND
      'data' is of kind undeclared; only tensors are supported
      at: data
      fix: export the part of the model that works on tensors"
    `)
  })
  test('inputs of a type we do not handle', () => {
    const value = { case: 'tensorType', value: { $typeName: 'onnx.TypeProto.Tensor', elemType: 14 } } as const
    expect(ofType({ value })).toMatchInlineSnapshot(`
      "READ_VALUE_TYPE
      'data' has element type complex64, which is not supported
      at: data
      fix: export the model in float32"
    `)
  })
  test('dimensions of 0 and below are open', () => {
    const bytes = encodeAt(smallModel().graph, 21, (proto) => {
      const [info] = proto.graph!.input
      const dims = info.type?.value.case === 'tensorType' ? info.type.value.value.shape!.dim : []
      for (const [i, value] of [-1n, 0n, 2n ** 63n - 1n].entries()) dims[i].value = { case: 'dimValue', value }
    })
    expect(readOnnx(bytes, { source: 'net.onnx' }).graph.inputs[0].shape).toEqual([
      'data_dim0',
      'data_dim1',
      'data_dim2',
      4,
    ])
  })
  test.each([
    [11, 'a sparse tensor'],
    [10, 'a list of graphs'],
    [4, 'an empty tensor'],
    [77, 'of kind 77'],
  ])('attributes of kind %i', (type, name) => {
    expect(edited((proto) => void (proto.graph!.node[0].attribute[0].type = type))).toContain(
      `READ_ATTRIBUTE\nattribute 'kernel_shape' of node 'conv' is ${name}, which is not supported`,
    )
  })
})

describe('broken graphs', () => {
  test('a value nothing computes', () => {
    expect(edited((proto) => void (proto.graph!.node[1].input[0] = 'lost'))).toContain(
      `GRAPH_DANGLING\nthe model: Relu 'relu' reads 'lost', which nothing computes`,
    )
  })
  test('no graph at all', () => {
    expect(edited((proto) => delete proto.graph)).toContain('READ_NO_GRAPH')
  })
  test('nodes of one name and of none get names of their own', () => {
    const bytes = encodeAt(smallModel().graph, 21, (proto) => {
      for (const node of proto.graph!.node.slice(0, 3)) node.name = 'same'
      proto.graph!.node[3].name = ''
    })
    const { graph } = readOnnx(bytes, { source: 'net.onnx' })
    expect(graph.nodes.map((node) => node.name)).toEqual(['same', 'same_1', 'same_2', 'Reshape_3'])
  })
})
