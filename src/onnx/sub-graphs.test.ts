/** Branches, loops and model-local functions of older opsets, run by onnxruntime before and after. */
import { create } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import { encodeAt, expectSameAfterReading } from '../../test/support/at-opset.ts'
import { randomFeeds } from '../../test/support/random.ts'
import { told } from '../../test/support/told.ts'
import { Graph, type ValueInfo } from '../ir/graph.ts'
import { type Attribute, float, int, ints, type NodeFields } from '../ir/node.ts'
import { Tensor } from '../ir/tensor.ts'
import {
  AttributeProtoSchema,
  type FunctionProto,
  FunctionProtoSchema,
  type NodeProto,
  OperatorSetIdProtoSchema,
} from './gen/onnx_pb.ts'
import { readOnnx } from './read.ts'

const float32 = (name: string, shape?: readonly number[]): ValueInfo => ({ name, dtype: 'float32', shape })

describe('sub-graphs', () => {
  /** A branch whose nodes carry the same names as those outside, and which reads values from outside. */
  const branch = (name: string, axes: readonly number[]): Attribute => {
    const inner = new Graph(name, [], [float32(`${name}_out`)])
    inner.addNode({
      name: 'Squeeze_0',
      opType: 'Squeeze',
      inputs: ['a'],
      outputs: [`${name}_s`],
      attributes: { axes: ints(axes) },
    })
    inner.addNode({
      name: 'Clip_1',
      opType: 'Clip',
      inputs: [`${name}_s`],
      outputs: [`${name}_out`],
      attributes: { max: float(0.2) },
    })
    return { type: 'graph', value: inner }
  }
  test.each([0, 1])('If, condition %i', async (condition) => {
    const graph = new Graph('g', [float32('x', [1, 1, 2, 3])], [float32('y'), float32('z')])
    graph.setConstant('c', Tensor.of('bool', [], Uint8Array.of(condition)))
    const attributes = { then_branch: branch('then', [0]), else_branch: branch('else', [1]) }
    graph.addNode({ name: 'Clip_1', opType: 'Clip', inputs: ['x'], outputs: ['a'], attributes: { min: float(-0.3) } })
    graph.addNode({
      name: 'Squeeze_0',
      opType: 'Squeeze',
      inputs: ['a'],
      outputs: ['z'],
      attributes: { axes: ints([0, 1]) },
    })
    graph.addNode({ name: 'If_2', opType: 'If', inputs: ['c'], outputs: ['y'], attributes })
    for (const opset of [7, 10]) await expectSameAfterReading(encodeAt(graph, opset), randomFeeds(graph, 1))
    expect.hasAssertions()
  })
  test('Loop', async () => {
    const body = new Graph(
      'body',
      [{ name: 'i', dtype: 'int64', shape: [] }, { name: 'go', dtype: 'bool', shape: [] }, float32('state', [2, 3])],
      [{ name: 'go_on', dtype: 'bool', shape: [] }, float32('next', [2, 3])],
    )
    body.addNode({ name: 'same', opType: 'Identity', inputs: ['go'], outputs: ['go_on'] })
    body.addNode({
      name: 'sum',
      opType: 'ReduceSum',
      inputs: ['state'],
      outputs: ['total'],
      attributes: { axes: ints([1]) },
    })
    body.addNode({ name: 'add', opType: 'Add', inputs: ['state', 'total'], outputs: ['next'] })
    const graph = new Graph('g', [float32('x', [2, 3])], [float32('y')])
    graph.setConstant('n', Tensor.int64([], [3]))
    const attributes: Record<string, Attribute> = { body: { type: 'graph', value: body } }
    graph.addNode({ name: 'loop', opType: 'Loop', inputs: ['n', '', 'x'], outputs: ['y'], attributes })
    for (const opset of [11, 13, 21])
      await expectSameAfterReading(encodeAt(graph, Math.min(opset, 12)), randomFeeds(graph, opset))
    expect.hasAssertions()
  })
})

describe('model-local functions', () => {
  const call = (domain: string, opType: string, x: string, y: string, attributes: Record<string, Attribute> = {}) =>
    ({ name: `call_${y}`, opType, domain, inputs: [x], outputs: [y], attributes }) as const
  /** Nodes of a function as a file of that opset holds them. */
  function definition(
    name: string,
    opset: number,
    fill: (body: Graph) => void,
    attributes: readonly string[] = [],
  ): FunctionProto {
    const body = new Graph(name)
    fill(body)
    let node: NodeProto[] = []
    encodeAt(body, opset, (proto) => (node = proto.graph!.node))
    const opsetImport = [opsetOf('', opset), opsetOf('own', 1)]
    return create(FunctionProtoSchema, {
      name,
      domain: 'own',
      input: ['a'],
      output: ['b'],
      attribute: [...attributes],
      node,
      opsetImport,
    })
  }
  const opsetOf = (domain: string, version: number) =>
    create(OperatorSetIdProtoSchema, { domain, version: BigInt(version) })
  function encoded(opset: number, graph: Graph, ...functions: readonly FunctionProto[]): Uint8Array {
    return encodeAt(graph, opset, (proto) => {
      proto.opsetImport.push(opsetOf('own', 1))
      proto.functions = [...functions]
    })
  }
  /** Elu of the distance from the mean, `by` being Elu's alpha. */
  const norm = (opset: number): FunctionProto =>
    definition(
      'Norm',
      opset,
      (body) => {
        const alpha: Attribute = { type: 'reference', value: 'by', of: 'float' }
        body.addNode({
          name: 'mean',
          opType: 'ReduceMean',
          inputs: ['a'],
          outputs: ['m'],
          attributes: { axes: ints([1]) },
        })
        body.addNode({ name: 'sub', opType: 'Sub', inputs: ['a', 'm'], outputs: ['d'] })
        body.addNode({ name: 'elu', opType: 'Elu', inputs: ['d'], outputs: ['b'], attributes: { alpha } })
      },
      ['by'],
    )
  const chain = (...calls: readonly NodeFields[]): Graph => {
    const graph = new Graph('g', [float32('x', [2, 3])], [float32('y')])
    for (const fields of calls) graph.addNode(fields)
    return graph
  }

  test.each([13, 17])('opset %i: called twice, with and without the attribute', async (opset) => {
    const graph = chain(call('own', 'Norm', 'x', 'm', { by: float(2) }), call('own', 'Norm', 'm', 'y'))
    const bytes = encoded(opset, graph, norm(opset))
    await expectSameAfterReading(bytes, randomFeeds(graph, 1))
    const model = readOnnx(bytes, { source: 'net.onnx' })
    expect(model.graph.nodes.map((node) => node.opType)).toEqual([
      'ReduceMean',
      'Sub',
      'Elu',
      'ReduceMean',
      'Sub',
      'Elu',
    ])
    expect(model.functions).toEqual([])
    expect(model.opsets).toEqual(new Map([['', 21]]))
  })
  test('defaults of attributes', async () => {
    const graph = chain(call('own', 'Norm', 'x', 'm', { by: float(2) }), call('own', 'Norm', 'm', 'y'))
    const withDefault = norm(17)
    withDefault.attribute = []
    withDefault.attributeProto = [create(AttributeProtoSchema, { name: 'by', type: 1, f: 0.25 })]
    await expectSameAfterReading(encoded(17, graph, withDefault), randomFeeds(graph, 1))
    expect.hasAssertions()
  })
  test('functions that call functions, and branches inside them', async () => {
    const outer = definition('Outer', 17, (body) => {
      const branch = (name: string, opType: string): Attribute => {
        const inner = new Graph(name, [], [float32(`${name}_r`)])
        inner.addNode({ name: 'n', opType, inputs: ['h'], outputs: [`${name}_r`] })
        return { type: 'graph', value: inner }
      }
      const attributes = { then_branch: branch('then', 'Neg'), else_branch: branch('else', 'Abs') }
      body.addNode(call('own', 'Norm', 'a', 'h'))
      body.addNode({ name: 'size', opType: 'Size', inputs: ['h'], outputs: ['size'] })
      body.addNode({ name: 'test', opType: 'Cast', inputs: ['size'], outputs: ['test'], attributes: { to: int(9) } })
      body.addNode({ name: 'if', opType: 'If', inputs: ['test'], outputs: ['b'], attributes })
    })
    const graph = chain(call('own', 'Outer', 'x', 'h'), call('own', 'Outer', 'h', 'y'))
    await expectSameAfterReading(encoded(17, graph, norm(17), outer), randomFeeds(graph, 1))
    expect.hasAssertions()
  })
  test('an output that is an input', async () => {
    const same = definition('Same', 17, () => {})
    same.output = ['a']
    const graph = chain(call('own', 'Same', 'x', 'y'))
    const model = readOnnx(encoded(17, graph, same), { source: 'net.onnx' })
    expect(model.graph.nodes.map((node) => [node.opType, ...node.inputs, ...node.outputs])).toEqual([
      ['Identity', 'x', 'y'],
    ])
  })
  const answer = (graph: Graph, ...functions: readonly FunctionProto[]): string =>
    told(() => readOnnx(encoded(17, graph, ...functions), { source: 'net.onnx' }))
  test('functions that call each other in circles', () => {
    const one = definition('One', 17, (body) => void body.addNode(call('own', 'Two', 'a', 'b')))
    const two = definition('Two', 17, (body) => void body.addNode(call('own', 'One', 'a', 'b')))
    expect(answer(chain(call('own', 'One', 'x', 'y')), one, two)).toContain(
      'READ_FUNCTION\nfunctions call each other in circles: own::One -> own::Two -> own::One',
    )
  })
  test('functions that stand for very many nodes', () => {
    const powers = Array.from({ length: 30 }, (_, i) =>
      definition(`F${i}`, 17, (body) => {
        body.addNode(i === 0 ? call('', 'Relu', 'a', 'c') : call('own', `F${i - 1}`, 'a', 'c'))
        body.addNode(i === 0 ? call('', 'Relu', 'c', 'b') : call('own', `F${i - 1}`, 'c', 'b'))
      }),
    )
    expect(answer(chain(call('own', 'F29', 'x', 'y')), ...powers)).toContain('READ_FUNCTION\nfunctions stand for more')
  })
  test('two functions of one name', () => {
    const bytes = encoded(17, chain(call('own', 'Norm', 'x', 'y')), norm(17), norm(17))
    expect(told(() => readOnnx(bytes, { source: 'net.onnx' }))).toContain(
      'READ_FUNCTION\nthere are several functions own::Norm',
    )
  })
})
